import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { MxSet } from '../../src/core/locate.ts'
import { aliasOf, mxOf } from '../../src/lookup/mx.ts'
import { askingOf, EXAMPLE, never, RESOLVER, withRecords } from '../support/asking.ts'
import { name } from '../support/config.ts'
import type { Internet } from '../support/fake-zones.ts'

const textOf = (mx: MxSet | Failure) =>
  mx instanceof Failure
    ? mx.kind
    : mx.map(({ preference, exchange }) => `${preference} ${exchange}`).join('+') || 'none'

async function mx(internet: Internet, domain = 'example.com') {
  const { authorities, resolver, servers } = await mxOf(askingOf(internet).asking, name(domain), never)
  return { at: authorities.map(textOf), resolver: textOf(resolver), names: servers.map((one) => one.name).join(' ') }
}
const HOME = '10 mail.example.com'

it('asks every authoritative server and the resolver', async () => {
  expect(await mx(EXAMPLE)).toEqual({
    at: [HOME, HOME, HOME],
    resolver: HOME,
    names: 'ns1.example.com ns1.example.com ns2.hoster.net',
  })
})

it('knows a domain without MX, and one that is none, as empty', async () => {
  expect(await mx(withRecords(EXAMPLE, 'example.com', { 'example.com MX': '' }))).toMatchObject({
    at: ['none', 'none', 'none'],
  })
  expect(await mx(EXAMPLE, 'nobody.example.com')).toMatchObject({ at: ['none', 'none', 'none'], resolver: 'none' })
})

it.each<[string, boolean, Partial<Internet>, string]>([
  ['every authority denies it', true, {}, 'nobody.example.com'],
  ['it is there, without MX', false, {}, 'www.example.com'],
  ['the resolver denies it, and no authority can be found', true, { view: { example: {} } }, 'nobody.example'],
  [
    'the authorities are silent',
    false,
    { faults: { '5.9.1.1': 'down', '2a02:908::1': 'down', '5.9.1.2': 'down' } },
    'nobody.example.com',
  ],
  [
    'the servers are those of another zone, and the resolver denies it',
    true,
    { faults: { '5.9.1.1': 'REFUSED', '2a02:908::1': 'REFUSED', '5.9.1.2': 'REFUSED' } },
    'nobody.example.com',
  ],
  ['nobody answers', false, { faults: { [RESOLVER]: 'down' } }, 'nobody.example'],
])('that a domain does not exist: %s', async (_, expected, more, domain) => {
  const internet = withRecords(EXAMPLE, 'example.com', { 'www.example.com A': '5.9.1.9' })
  const { nxdomain = false } = await mxOf(askingOf({ ...internet, ...more }).asking, name(domain), never)
  expect(nxdomain).toBe(expected)
})

it('an alias of nothing exists itself', async () => {
  const internet = withRecords(EXAMPLE, 'example.com', { 'www.example.com CNAME': 'gone.example.org' })
  expect((await mxOf(askingOf(internet).asking, name('www.example.com'), never)).nxdomain).toBeUndefined()
})

it('keeps a split horizon apart', async () => {
  const view = { 'example.com': { ...EXAMPLE.zones['example.com'], 'example.com MX': '10 exchange.office.lan' } }
  expect(await mx({ ...EXAMPLE, view })).toMatchObject({ at: [HOME, HOME, HOME], resolver: '10 exchange.office.lan' })
})

it('a name server that has an inner address in the inner view is not asked, and nothing is taken from it', async () => {
  const view = { 'example.com': { 'example.com NS': 'dc.example.com', 'dc.example.com A': '192.168.1.10' } }
  const found = await mx({ ...EXAMPLE, view })
  expect(found).toEqual({ at: ['unavailable'], resolver: 'none', names: '' })
})

it('what fails is unknown', async () => {
  const faults = { '5.9.1.1': 'down', '2a02:908::1': 'REFUSED', '5.9.1.2': 'SERVFAIL' } as const
  expect(await mx({ ...EXAMPLE, faults })).toMatchObject({ at: ['network', 'rejected', 'unavailable'], resolver: HOME })
  expect(await mx({ ...EXAMPLE, faults: { [RESOLVER]: 'down' } })).toEqual({
    at: ['network'],
    resolver: 'network',
    names: '',
  })
})

const alias = (records: Record<string, string>, owner = 'mx.example.com', internet: Partial<Internet> = {}) =>
  aliasOf(askingOf({ ...withRecords(EXAMPLE, 'example.com', records), ...internet }).asking, name(owner), never)

it.each<[string, Record<string, string>, string | undefined]>([
  ['none', {}, undefined],
  ['an alias', { 'mx.example.com CNAME': 'mail.example.com' }, 'mail.example.com'],
  ['an alias elsewhere', { 'mx.example.com CNAME': 'ns2.hoster.net' }, 'ns2.hoster.net'],
  ['an alias of nothing', { 'mx.example.com CNAME': 'gone.example.org' }, 'gone.example.org'],
  [
    'a chain',
    {
      'mx.example.com CNAME': 'a.example.com',
      'a.example.com CNAME': 'b.example.com',
      'b.example.com CNAME': 'mail.example.com',
    },
    'mail.example.com',
  ],
])('the end of the chain: %s', async (_, records, expected) => expect(await alias(records)).toBe(expected))

it('an existing host is no alias', async () => expect(await alias({}, 'mail.example.com')).toBeUndefined())

it('the resolver is believed where no name server can be asked, and only there', async () => {
  const faults = { '5.9.1.1': 'down', '2a02:908::1': 'down', '5.9.1.2': 'down' } as const
  const records = { 'mx.example.com CNAME': 'mail.example.com' }
  expect(await alias(records, undefined, { faults })).toBe('mail.example.com')
  const view = { 'example.com': { ...EXAMPLE.zones['example.com'], 'mail.example.com CNAME': 'box.office.lan' } }
  expect(await alias({}, 'mail.example.com', { view })).toBeUndefined()
})

it('the resolver is down: the first step counts', async () => {
  const records = { 'mx.example.com CNAME': 'a.example.com', 'a.example.com CNAME': 'mail.example.com' }
  expect(await alias(records, undefined, { faults: { 'mx.example.com A': 'SERVFAIL' } })).toBe('a.example.com')
})
