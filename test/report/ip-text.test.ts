import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { judgeSightings } from '../../src/core/quorum.ts'
import type { IpAddress } from '../../src/dns/rrset.ts'
import { ipDocument, ipText } from '../../src/report/ip-text.ts'
import { ip } from '../support/targets.ts'
import { NEW, OLD, PLAIN } from './documents.ts'

describe('ip', () => {
  const sighting = (source: string, answer: string[] | Failure) =>
    ({ source, view: 'outside', answer: answer as IpAddress[] }) as const
  const none = { quorum: undefined, allow: [NEW, OLD] }
  const looked = (...sightings: (ReturnType<typeof sighting> & { readonly at?: number })[]) => {
    const verdict = judgeSightings('A', sightings, none)
    const detected = { default: { A: verdict.addresses } }
    return ipDocument({
      detected,
      sightings: { default: { A: verdict.sightings } },
      prefixes: {},
      findings: verdict.findings,
    })
  }

  it('says of each source what it told or why not, and the verdict', () => {
    const silent = new Failure('network', 'http:https://ip.example.net: no answer within 5 s')
    const document = looked(
      sighting('public-ip', [NEW]),
      sighting('http:https://ip.example.net', silent),
      sighting('interface:eth0', ['192.168.1.10']),
    )
    expect(ipText(document, { ...PLAIN, width: 200 })).toMatchInlineSnapshot(`
      "IPv4: 203.0.113.7
        public-ip                    203.0.113.7   agreed
        http:https://ip.example.net  -             no answer within 5 s
        interface:eth0               192.168.1.10  refused: 192.168.1.10 is not public: Private-Use (192.168.0.0/16, RFC 1918), an address of a home or office network, behind a router"
    `)
  })

  const CGNAT = 'nobody can reach port 25 on this line: ask the ISP for a public IPv4 address.'
  const refusals: [string, string][] = [
    ['100.64.3.4', CGNAT],
    ['192.0.0.2', CGNAT],
    ['192.168.178.20', 'This box sees only the inner network: name a source outside (MXHOME_IP_SOURCES=auto), or look'],
    ['169.254.7.7', 'look at the cable, the router and the line.'],
    ['198.18.0.5', 'let mxhome ask past it'],
    ['192.0.2.1', 'Nobody on the internet can reach that'],
  ]
  it.each(refusals)('says of %s what it means and what to do', (address, words) => {
    const document = looked(sighting('static:x', [address]), sighting('command:x', [address]))
    const lines = ipText(document, { ...PLAIN, width: 400 }).split('\n')
    expect(lines.filter((text) => text.startsWith('   -> '))).toEqual([expect.stringContaining(words)])
    expect(document.lines[0]?.sources[1]?.remedy).toContain(words)
  })

  it('tells of carrier-grade NAT also where another source knows an address', () => {
    const behind = (inner: string) =>
      ipText(looked(sighting('public-ip', [NEW]), sighting('interface', [inner])), PLAIN)
    expect(behind('100.64.3.4')).toContain('   -> The ISP shares')
    expect(behind('10.0.0.4')).not.toContain('->')
  })

  it('says how old it is what the router told by itself', () => {
    const at = PLAIN.now - 3 * 3_600_000
    const document = looked({ ...sighting('push', [NEW]), at })
    expect(document.lines[0]?.sources[0]?.toldAt).toBe(new Date(at).toISOString())
    expect(ipText(document, PLAIN)).toBe(`IPv4: ${NEW}\n  push  ${NEW}  agreed (told 3 h ago)`)
  })

  it('says of a source that it has seen that the line has none', () => {
    const text = ipText(looked(sighting('interface', []), sighting('public-ip', [])), PLAIN)
    expect(text).toBe('IPv4: this line has none\n  interface  none  agreed\n  public-ip  none  agreed')
  })

  it('shows a disagreement with its finding', () => {
    const text = ipText(looked(sighting('public-ip', [NEW]), sighting('command:x', [OLD])), PLAIN)
    expect(text).toContain('IPv4: unknown\n  public-ip  203.0.113.7   not enough agree\n')
    expect(text).toContain('\n\nWarnings\n  sources-disagree: ')
  })

  it('names the line where there are several, and why nothing is known', () => {
    const unknown = new Failure('unsupported', 'the IPv6 address is unknown: no address source can tell it')
    const document = ipDocument({
      detected: { dsl: { AAAA: unknown }, lte: { A: [] } },
      sightings: {},
      prefixes: {},
      findings: [],
    })
    expect(ipText(document, PLAIN)).toBe(
      `IPv6 of line dsl: unknown
  the IPv6 address is unknown: no address source can tell it

IPv4 of line lte: this line has none`,
    )
    expect(ipText({ lines: [], findings: [] }, PLAIN)).toContain('Neither IPv4 nor IPv6 is wanted')
  })

  it('says that two lines are asked through one', () => {
    const text = (other: string) => {
      const detected = { dsl: { A: [ip(NEW)] }, lte: { A: [ip(other)] } }
      return ipText(ipDocument({ detected, sightings: {}, prefixes: {}, findings: [] }), { ...PLAIN, width: 200 })
    }
    expect(text(NEW).split('\n').at(-1)).toBe(
      `${NEW} (dsl, lte): two lines show the same address: requests of one leave by the other; see "Two lines"`,
    )
    expect(text(OLD)).not.toContain('the same address')
  })
})
