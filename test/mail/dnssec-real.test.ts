import { afterAll, beforeAll, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { askDnssec } from '../../src/mail/ask/dnssec.ts'
import { askTlsa } from '../../src/mail/ask/tlsa.ts'
import { type Bind, startBind } from '../support/bind.ts'
import { askerOf } from '../support/mail-asker.ts'
import { describeWith } from '../support/needs.ts'
import { signZone } from '../support/signed-zone.ts'
import { startUnbound, type Unbound } from '../support/unbound.ts'

const LONG_AGO = '20200201000000'
const zone = (apex: string, more = '') => `$ORIGIN ${apex}.
$TTL 300
@ IN SOA ns hostmaster 1 3600 600 86400 60
@ IN NS ns
ns IN A 192.0.2.1
@ IN MX 10 mail
mail IN A 192.0.2.25
_25._tcp.mail IN TLSA 3 1 1 ${'ab'.repeat(32)}
${more}
`

describeWith(['named', 'unbound', 'dnssec-signzone'], 'DNSSEC, by BIND and unbound', () => {
  let bind: Bind
  const resolvers: Unbound[] = []
  const ends: (() => void)[] = []

  beforeAll(async () => {
    const [good, expired, stranger, wrong] = await Promise.all([
      signZone('good.example', zone('good.example')),
      signZone('expired.example', zone('expired.example'), LONG_AGO),
      signZone('wrong.example', zone('wrong.example')),
      signZone('wrong.example', zone('wrong.example')),
    ])
    const names = ['good', 'expired', 'wrong', 'plain'].map((one) => `${one}.example. NS ns.${one}.example.`)
    const root = `$TTL 300
. IN SOA ns.root. hostmaster.root. 1 3600 600 86400 60
. IN NS ns.root.
ns.root. IN A 192.0.2.1
${[...names, good.ds, expired.ds, stranger.ds].join('\n')}
`
    const signedRoot = await signZone('.', root)
    bind = await startBind({
      zones: [
        { apex: '.', text: signedRoot.text },
        ...[good, expired, wrong].map(({ apex, text }) => ({ apex, text })),
        { apex: 'plain.example', text: zone('plain.example') },
      ],
    })
    const apexes = ['.', 'good.example', 'expired.example', 'wrong.example', 'plain.example']
    const zones = Object.fromEntries(apexes.map((apex) => [apex, bind.endpoint]))
    resolvers.push(
      await startUnbound({ zones, anchors: [signedRoot.ds] }),
      await startUnbound({ zones, anchors: [signedRoot.ds], options: ['ede: no'] }),
      await startUnbound({ zones }),
    )
  })
  afterAll(async () => {
    for (const end of ends) end()
    await Promise.all([...resolvers, bind].map((one) => one?.stop()))
  })

  const asker = (which: 0 | 1 | 2, from?: string) => {
    const { endpoint } = resolvers[which]!
    const open = from
      ? askerOf({ resolvers: [from], servers: { [from]: endpoint } })
      : askerOf({ resolvers: [endpoint] })
    ends.push(open.end)
    return open.asker
  }
  const names = [
    'good.example',
    'mail.good.example',
    'nobody.good.example',
    'expired.example',
    'mail.expired.example',
    'mail.wrong.example',
    'plain.example',
    'nowhere',
  ]
  const stateOf = async (...of: Parameters<typeof asker>) => {
    const facts = await askDnssec(asker(...of), names)
    return facts.names.map(({ name, state, causes, why }) => [name, state, ...causes, ...(why ? [why] : [])].join(': '))
  }

  it('tells good, expired, foreign and no signatures apart, and the cause', async () => {
    expect(await stateOf(0)).toEqual([
      'good.example: secure',
      'mail.good.example: secure',
      'nobody.good.example: secure',
      'expired.example: bogus: signature expired',
      'mail.expired.example: bogus: signature expired',
      'mail.wrong.example: bogus: no key fits the DS record at the parent',
      'plain.example: insecure',
      'nowhere: secure',
    ])
  })

  it('tells them apart where the resolver names no cause', async () => {
    expect((await stateOf(1)).filter((one) => one.includes('bogus'))).toEqual([
      'expired.example: bogus: signature expired',
      'mail.expired.example: bogus: signature expired',
      'mail.wrong.example: bogus',
    ])
  })

  it('believes no resolver that does not validate', async () => {
    const said = await stateOf(2)
    expect(new Set(said.map((one) => one.replace(/^[^:]*|(?<=127\.0\.0\.1):\d+/g, '')))).toEqual(
      new Set([': unknown: the resolver 127.0.0.1 does not validate DNSSEC']),
    )
  })

  it('believes no resolver elsewhere, but what it refuses is bogus', async () => {
    const said = await stateOf(0, '192.0.2.99')
    expect(said[0]).toMatch(/^good.example: unknown: the resolver 192.0.2.99 is not on this machine/)
    expect(said[3]).toBe('expired.example: bogus: signature expired')
    expect(said[6]).toMatch(/^plain.example: unknown/)
  })

  it('asks the next resolver where one is down, those on loopback first', async () => {
    const open = askerOf({ resolvers: ['192.0.2.99', '127.0.0.1:9', resolvers[0]!.endpoint] })
    ends.push(open.end)
    const { names: said } = await askDnssec(open.asker, ['good.example'])
    expect(said[0]?.state).toBe('secure')
  })

  it('knows of TLSA records whether they are signed', async () => {
    const record = { usage: 3, selector: 1, matching: 1, data: 'ab'.repeat(32) }
    const of = (host: string, ...who: Parameters<typeof asker>) => askTlsa(asker(...who), host).catch(Failure.from)
    expect(await of('mail.good.example', 0)).toEqual({ records: [record], secure: true })
    expect(await of('mail.plain.example', 0)).toEqual({ records: [record], secure: false })
    expect(await of('mail.good.example', 2)).toEqual({ records: [record], secure: undefined })
    expect(await of('nobody.good.example', 0)).toEqual({ records: [], secure: true })
    expect(await of('mail.expired.example', 0)).toMatchObject({
      kind: 'rejected',
      message: 'the signatures of _25._tcp.mail.expired.example are bad (signature expired)',
    })
  })

  it('a name server that is down is no bogus zone', async () => {
    const lonely = await startUnbound({
      zones: { '.': { ...bind.endpoint, port: 9 } },
      anchors: [`. DS 1 13 2 ${'ab'.repeat(32)}`],
    })
    resolvers.push(lonely)
    const open = askerOf({ resolvers: [lonely.endpoint] })
    ends.push(open.end)
    const { names: said } = await askDnssec(open.asker, ['good.example'])
    expect(said[0]).toMatchObject({ state: 'unknown', why: expect.any(String) })
  })
})
