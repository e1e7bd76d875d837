import { expect, it } from 'vitest'
import type { ServerAnswer } from '../../src/core/confirmation.ts'
import { Failure } from '../../src/core/failure.ts'
import { isKnown } from '../../src/core/plan.ts'
import type { AddressType } from '../../src/dns/rrset.ts'
import { agreed, resolverAnswer, serverAnswers } from '../../src/lookup/addresses.ts'
import type { Asking } from '../../src/lookup/asking.ts'
import { askingOf, EXAMPLE, never, RESOLVER, withRecords } from '../support/asking.ts'
import { endpoint, name } from '../support/config.ts'
import type { Fault, Internet } from '../support/fake-zones.ts'
import { ip } from '../support/targets.ts'

const textOf = ({ name: ns, address, answer }: Pick<ServerAnswer, 'name' | 'address' | 'answer'>) =>
  `${ns || address}=${isKnown(answer) ? answer.join('+') || 'none' : (answer.reason ?? answer.kind)}`

async function ask(
  internet: Internet,
  owner = 'mail.example.com',
  type: AddressType = 'A',
  news: Partial<Asking> = {},
) {
  const answers = await serverAnswers(askingOf(internet, news).asking, { owner: name(owner), type }, () => 0.5, never)
  return answers.map(textOf).join(' ')
}
const faulty = (faults: Record<string, Fault>): Internet => ({ ...EXAMPLE, faults })

it('asks every address of every name server', async () => {
  expect(await ask(EXAMPLE)).toBe('ns1.example.com=5.9.1.7 ns1.example.com=5.9.1.7 ns2.hoster.net=5.9.1.7')
})

it('takes several addresses as one set, with their ttl', async () => {
  const several = withRecords(EXAMPLE, 'example.com', { 'mail.example.com A': '5.9.1.7, 5.9.1.8' })
  const [first] = await serverAnswers(
    askingOf(several).asking,
    { owner: name('mail.example.com'), type: 'A' },
    () => 0,
    never,
  )
  expect(first).toEqual({ name: 'ns1.example.com', address: '5.9.1.1', answer: ['5.9.1.7', '5.9.1.8'], ttl: 300 })
})

it('knows a family that is absent, and a name that is none, as empty', async () => {
  expect(await ask(EXAMPLE, 'mail.example.com', 'AAAA')).toBe(
    'ns1.example.com=none ns1.example.com=none ns2.hoster.net=none',
  )
  expect(await ask(EXAMPLE, 'nobody.example.com')).toBe('ns1.example.com=none ns1.example.com=none ns2.hoster.net=none')
})

it.each<[Fault, string]>([
  ['down', 'network'],
  ['no-route', 'no-route'],
  ['REFUSED', 'rejected'],
  ['SERVFAIL', 'unavailable'],
  ['lame', 'rejected'],
  ['cache', 'from-cache'],
])('%s is unknown, never empty', async (fault, expected) => {
  const faults = { '5.9.1.1': fault }
  expect(await ask(faulty(faults))).toBe(`ns1.example.com=${expected} ns1.example.com=5.9.1.7 ns2.hoster.net=5.9.1.7`)
})

it('a referral is unknown', async () => {
  const known = [...EXAMPLE.servers['5.9.1.1']!]
  const sub = {
    ...EXAMPLE.zones,
    'sub.example.com': { 'sub.example.com NS': 'ns1.example.com', 'x.sub.example.com A': '5.9.1.9' },
  }
  expect(await ask({ ...EXAMPLE, zones: sub, servers: { '5.9.1.1': known } }, 'x.sub.example.com')).toContain(
    '=rejected',
  )
})

it('a cache that answers nothing is lame, not a cache', async () => {
  expect(await ask(faulty({ '5.9.1.1': 'cache' }), 'mail.example.com', 'AAAA')).toContain('ns1.example.com=rejected')
})

it('a name server without an address has not answered', async () => {
  const dangling = withRecords(EXAMPLE, 'example.com', { 'example.com NS': 'ns2.hoster.net, gone.hoster.net' })
  expect(await ask(dangling)).toBe('ns2.hoster.net=5.9.1.7 gone.hoster.net=rejected')
})

it('nobody can be asked where no zone is found', async () => {
  expect(await ask(faulty({ [RESOLVER]: 'down' }))).toBe('')
})

it('addresses behind an alias are not its own', async () => {
  const aliased = withRecords(EXAMPLE, 'example.com', { 'owa.example.com CNAME': 'mail.example.com' })
  expect(await ask(aliased, 'owa.example.com')).toBe('ns1.example.com=none ns1.example.com=none ns2.hoster.net=none')
  const { asking } = askingOf(aliased)
  expect(await resolverAnswer(asking, { owner: name('owa.example.com'), type: 'A' }, () => 0, never)).toEqual([])
})

it('asks a wildcard by a label that nobody has made', async () => {
  const wild = withRecords(EXAMPLE, 'example.com', { '*.example.com A': '5.9.1.9' })
  const { asking, asked } = askingOf(wild)
  const answers = await serverAnswers(asking, { owner: name('*.example.com'), type: 'A' }, () => 0.123456789, never)
  expect(answers.map(textOf).join(' ')).toBe('ns1.example.com=5.9.1.9 ns1.example.com=5.9.1.9 ns2.hoster.net=5.9.1.9')
  const names = asked.filter((one) => one.endsWith(' A') && one.startsWith('5.9.1.1 ')).map((one) => one.split(' ')[1])
  expect(names).toEqual([expect.stringMatching(/^mxhome-[a-z0-9]{8}\.example\.com$/)])
})

it('the user named the servers: their port is shown, their zone not asked for', async () => {
  const nameservers = [endpoint('10.0.0.1:5353')]
  const own: Internet = { ...EXAMPLE, servers: { '10.0.0.1:5353': ['example.com'] } }
  const { asking, asked } = askingOf(own, { nameservers })
  const answers = await serverAnswers(asking, { owner: name('mail.example.com'), type: 'A' }, () => 0, never)
  expect(answers).toEqual([{ name: '', address: '10.0.0.1:5353', answer: ['5.9.1.7'], ttl: 300 }])
  expect(asked).toEqual(['10.0.0.1:5353 mail.example.com A'])
})

it('the servers that the user named do not serve this zone: its own are asked', async () => {
  const nameservers = [endpoint('5.9.1.53'), endpoint('5.9.1.54')]
  const other: Internet = { ...EXAMPLE, servers: { ...EXAMPLE.servers, '5.9.1.53': ['hoster.net'], '5.9.1.54': [] } }
  expect(await ask(other, undefined, undefined, { nameservers })).toContain('ns1.example.com=5.9.1.7')
  const silent = { ...other, faults: { '5.9.1.53': 'down' } as const }
  expect(await ask(silent, undefined, undefined, { nameservers })).toBe('5.9.1.53=network 5.9.1.54=rejected')
})

it('a resolver tells its view of a name, or why it cannot', async () => {
  const view = { 'example.com': { 'mail.example.com A': '192.168.1.7' } }
  const rrset = { owner: name('mail.example.com'), type: 'A' } as const
  expect(await resolverAnswer(askingOf({ ...EXAMPLE, view }).asking, rrset, () => 0, never)).toEqual(['192.168.1.7'])
  const broken = await resolverAnswer(askingOf(faulty({ [RESOLVER]: 'SERVFAIL' })).asking, rrset, () => 0, never)
  expect(broken).toMatchObject({ kind: 'unavailable' })
})

it('a box without any resolver says so', async () => {
  const { asking } = askingOf(EXAMPLE, { resolvers: [] })
  const rrset = { owner: name('mail.example.com'), type: 'A' } as const
  expect(await resolverAnswer(asking, rrset, () => 0, never)).toMatchObject({
    message: expect.stringContaining('no resolver'),
  })
})

const [X, Y] = [[ip('5.9.1.7'), ip('5.9.1.8')], [ip('5.9.1.9')]]
const at = (answer: ServerAnswer['answer'], ttl?: number): ServerAnswer => ({
  name: 'ns',
  address: '5.9.1.1',
  answer,
  ttl,
})
const DOWN = new Failure('network', 'silent')

it('servers agree when all that answer hold the same set', () => {
  expect(agreed([at(X, 60), at(DOWN), at(X.toReversed(), 300)])).toEqual({ known: X, ttl: 300 })
  expect(agreed([at([]), at([])])).toEqual({ known: [], ttl: 0 })
  expect(agreed([at(X), at(Y)]).known).toMatchObject({ kind: 'protocol' })
  expect(agreed([at(X), at([])]).known).toMatchObject({ kind: 'protocol' })
  expect(agreed([at(DOWN)]).known).toMatchObject({ kind: 'network' })
  expect(agreed([]).known).toMatchObject({ kind: 'network' })
})
