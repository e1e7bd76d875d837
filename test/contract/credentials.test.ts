import { describe, expect, it } from 'vitest'
import { credentialsOf } from '../../src/providers/credentials.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import { providersAt, recognisedProviders } from '../../src/providers/name-servers.ts'

describe.each(providerIds)('%s', (id) => {
  it('tells where its credentials are made', async () => {
    const { where, page } = credentialsOf(id)!
    expect(where.length).toBeGreaterThan(20)
    const { endpoint } = (await loadProvider(id))!
    if (endpoint !== '') expect(page, 'a service of one address has pages of its own').toMatch(/^https:\/\/[^/]+\//)
  })
})

it('of nothing else is anything told', () => {
  expect(credentialsOf('constructor')).toBeUndefined()
  expect(recognisedProviders.filter((id) => !providerIds.includes(id))).toEqual([])
})

describe('the provider is known by its name servers', () => {
  it.each([
    ['ionos', 'ns1045.ui-dns.de', 'ns1097.ui-dns.org', 'ns1070.ui-dns.biz', 'ns1025.ui-dns.com'],
    ['strato', 'docks03.rzone.de', 'shades01.rzone.de'],
    ['hetzner-cloud', 'hydrogen.ns.hetzner.com', 'oxygen.ns.hetzner.com', 'helium.ns.hetzner.de'],
    ['cloudflare', 'Ada.NS.cloudflare.com', 'bob.ns.cloudflare.com'],
    ['netcup', 'root-dns.netcup.net', 'second-dns.netcup.net', 'third-dns.netcup.net'],
    ['inwx', 'ns.inwx.de', 'ns2.inwx.de', 'ns3.inwx.eu'],
    ['desec', 'ns1.desec.io', 'ns2.desec.org'],
    ['ovh-dynhost', 'dns15.ovh.net', 'ns15.ovh.net'],
    ['gandi', 'ns-34-a.gandi.net', 'ns-127-b.gandi.net'],
    ['digitalocean', 'ns1.digitalocean.com'],
    ['porkbun', 'curitiba.ns.porkbun.com'],
    ['route53', 'ns-2048.awsdns-64.com', 'ns-2016.awsdns-60.co.uk'],
    ['namecheap-dyndns', 'dns1.registrar-servers.com'],
    ['linode', 'ns1.linode.com'],
    ['transip', 'ns0.transip.net', 'ns1.transip.nl', 'ns2.transip.eu'],
    ['all-inkl-dyndns', 'ns5.kasserver.com'],
  ])('%s', (id, ...names) => {
    for (const name of names) expect(providersAt([name])[0], name).toBe(id)
  })

  it.each([
    'ns-ic.ui-dns.com', // IONOS Cloud
    'ns1.first-ns.de', // Hetzner Robot
    'dns1.p01.nsone.net', // Netlify, or NS1
    'ns1.example.com',
    'ns1.cloudflare.com.evil.example',
    'evil-rzone.de',
  ])('not by %s', (name) => expect(providersAt([name])).toEqual([]))
})
