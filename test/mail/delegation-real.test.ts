import { afterAll, beforeAll, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { askDelegation, type DelegationFacts } from '../../src/mail/ask/delegation.ts'
import { type Bind, startBind } from '../support/bind.ts'
import { endpoint, name } from '../support/config.ts'
import { askerOf } from '../support/mail-asker.ts'
import { describeWith } from '../support/needs.ts'
import { startUnbound, type Unbound } from '../support/unbound.ts'

/** A zone as its servers have it; the names lead to 192.0.2.1 to 192.0.2.5. */
const zone = (apex: string, serial: number, ...servers: string[]) => ({
  apex,
  text: `$ORIGIN ${apex}.
$TTL 300
@ IN SOA ns1.servers.test2. hostmaster ${serial} 7200 600 86400 60
${servers.map((one) => `@ IN NS ${one}.servers.test2.`).join('\n')}
mail IN A 203.0.113.7
`,
})
const delegate = (apex: string, ...servers: string[]) =>
  servers.map((one) => `${apex}. IN NS ${one}.servers.test2.`).join('\n')

describeWith(['named', 'unbound'], 'the delegation, by BIND and unbound', () => {
  const binds: Bind[] = []
  let unbound: Unbound
  let servers: Record<string, ReturnType<typeof endpoint>>
  const ends: (() => void)[] = []

  beforeAll(async () => {
    const parent = await startBind({
      zones: [
        {
          apex: 'com',
          text: `$TTL 300
com. IN SOA ns.com. h.com. 1 3600 600 86400 60
com. IN NS ns.com.
ns.com. IN A 192.0.2.10
${delegate('sound.com', 'ns1', 'ns2')}
${delegate('differs.com', 'ns1', 'ns3')}
${delegate('sick.com', 'ns1', 'ns2', 'lame', 'silent', 'nowhere', 'private')}
`,
        },
        zone('own.com', 1, 'ns1'),
        {
          apex: 'servers.test2',
          text: `$ORIGIN servers.test2.
$TTL 300
@ IN SOA ns1 hostmaster 1 3600 600 86400 60
@ IN NS ns1
ns1 A 192.0.2.1
ns2 A 192.0.2.2
ns3 A 192.0.2.2
lame A 192.0.2.3
silent A 192.0.2.4
private A 10.0.0.1
`,
        },
      ],
    })
    const first = await startBind({
      zones: [
        zone('sound.com', 7, 'ns1', 'ns2'),
        zone('differs.com', 7, 'ns1', 'ns2'),
        zone('sick.com', 8, 'ns1', 'ns2', 'lame', 'silent', 'nowhere', 'private'),
        zone('own.com', 1, 'ns1'),
      ],
    })
    const second = await startBind({
      zones: [
        zone('sound.com', 7, 'ns1', 'ns2'),
        zone('differs.com', 7, 'ns1', 'ns2'),
        zone('sick.com', 7, 'ns1', 'ns2'),
      ],
    })
    const lame = await startBind({ zones: [] })
    binds.push(parent, first, second, lame)
    unbound = await startUnbound({
      zones: {
        ...{ com: parent.endpoint, 'servers.test2': parent.endpoint },
        ...Object.fromEntries(['sound', 'differs', 'sick', 'own'].map((one) => [`${one}.com`, first.endpoint])),
      },
    })
    servers = {
      '192.0.2.1': first.endpoint,
      '192.0.2.2': second.endpoint,
      '192.0.2.3': lame.endpoint,
      '192.0.2.4': endpoint('127.0.0.1:9'),
      '192.0.2.10': parent.endpoint,
    }
  })
  afterAll(async () => {
    for (const end of ends) end()
    await Promise.all([unbound, ...binds].map((one) => one?.stop()))
  })

  const ask = async (domain: string, more: typeof servers = {}): Promise<DelegationFacts> => {
    const open = askerOf({ resolvers: [unbound.endpoint], servers: { ...servers, ...more } })
    ends.push(open.end)
    const facts = await askDelegation(open.asker, name(domain))
    const sorted = (names: DelegationFacts['parent']) => (names instanceof Failure ? names : names.toSorted())
    const byAddress = facts.servers.toSorted((one, other) => (one.address < other.address ? -1 : 1))
    return { ...facts, parent: sorted(facts.parent), child: sorted(facts.child), servers: byAddress }
  }
  const NS = (...names: string[]) => names.map((one) => `${one}.servers.test2`)
  const at = (server: string, address: string, serial: unknown) => ({
    name: `${server}.servers.test2`,
    address,
    serial,
  })

  it('a sound zone, from a name within it', async () => {
    expect(await ask('mail.sound.com')).toEqual({
      ...{ apex: 'sound.com', parent: NS('ns1', 'ns2'), child: NS('ns1', 'ns2'), refresh: 7200 },
      servers: [at('ns1', '192.0.2.1', 7), at('ns2', '192.0.2.2', 7)],
    })
  })

  it('a server that only the zone above names is asked too', async () => {
    const { parent, child, servers: seen } = await ask('differs.com')
    expect({ parent, child }).toEqual({ parent: NS('ns1', 'ns3'), child: NS('ns1', 'ns2') })
    expect(seen.map((one) => `${one.name} ${one.address}`).toSorted()).toEqual([
      'ns1.servers.test2 192.0.2.1',
      'ns2.servers.test2 192.0.2.2',
      'ns3.servers.test2 192.0.2.2',
    ])
  })

  it('lame, silent and unreachable servers, and a serial that lags', async () => {
    const { servers: seen } = await ask('sick.com')
    expect(seen).toEqual([
      at('nowhere', '', expect.objectContaining({ kind: 'rejected', message: 'nowhere.servers.test2 has no address' })),
      at('private', '10.0.0.1', expect.objectContaining({ kind: 'rejected', reason: 'special-purpose' })),
      at('ns1', '192.0.2.1', 8),
      at('ns2', '192.0.2.2', 7),
      at('lame', '192.0.2.3', expect.objectContaining({ kind: 'rejected', message: '192.0.2.3 answers REFUSED' })),
      at('silent', '192.0.2.4', expect.objectContaining({ kind: 'network' })),
    ])
  })

  it('a parent that is one server with the zone speaks for both; one that is silent for none', async () => {
    expect((await ask('own.com')).parent).toEqual(NS('ns1'))
    const { parent, child } = await ask('sound.com', { '192.0.2.10': endpoint('127.0.0.1:9') })
    expect(parent).toMatchObject({ kind: 'network' })
    expect(child).toEqual(NS('ns1', 'ns2'))
  })

  it('a parent that delegates nothing', async () => {
    const { parent } = await ask('sound.com', { '192.0.2.10': servers['192.0.2.3']! })
    expect(parent).toMatchObject({ kind: 'rejected', message: expect.stringContaining('delegates no sound.com') })
  })

  it('a zone that is not to be found', async () => {
    const open = askerOf({ resolvers: ['127.0.0.1:9'] })
    ends.push(open.end)
    await expect(askDelegation(open.asker, name('sound.com'))).rejects.toMatchObject({ kind: 'network' })
  })
})
