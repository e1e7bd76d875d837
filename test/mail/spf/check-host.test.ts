import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { parseAddress } from '../../../src/dns/rrset.ts'
import { checkHost } from '../../../src/mail/spf/check-host.ts'
import type { SpfAsk } from '../../../src/mail/spf/context.ts'

type Answers = Readonly<Record<string, readonly string[] | Failure>>

/** `example.com TXT` -> what is there. */
function asks(answers: Answers) {
  const asked: string[] = []
  const ask: SpfAsk = async (name, type) => {
    asked.push(`${name} ${type}`)
    return answers[`${name} ${type}`] ?? []
  }
  return { ask, asked }
}

async function verdict(answers: Answers, address = '203.0.113.7', domain = 'example.com') {
  const { ask, asked } = asks(answers)
  const question = { address: parseAddress(address)!, domain, sender: `postmaster@${domain}`, helo: 'mail.example.com' }
  return { ...(await checkHost(ask, question)), asked }
}
const record = (text: string, more: Answers = {}): Answers => ({ 'example.com TXT': [text], ...more })
const DOWN = new Failure('network', 'no answer')

describe('what decided is told', () => {
  it('the term and the record in which it stands', async () => {
    const answers = record('v=spf1 mx -all', {
      'example.com MX': ['mail.example.com'],
      'mail.example.com A': ['203.0.113.7'],
    })

    expect(await verdict(answers)).toMatchObject({
      ...{ result: 'pass', domain: 'example.com', term: 'mx', lookups: 1 },
      why: '"mx" in the record of example.com',
    })
    expect(await verdict(answers, '198.51.100.1')).toMatchObject({ result: 'fail', term: '-all' })
  })

  it('that no term means the address', async () => {
    expect(await verdict(record('v=spf1 ip4:198.51.100.1'))).toMatchObject({
      ...{ result: 'neutral', term: undefined, why: 'no term in the record of example.com means it' },
    })
  })

  it('the record to which it is redirected', async () => {
    const answers = record('v=spf1 redirect=_spf.%{d}', { '_spf.example.com TXT': ['v=spf1 ~all'] })

    expect(await verdict(answers)).toMatchObject({ result: 'softfail', domain: '_spf.example.com', term: '~all' })
  })

  it('the term that is wrong, and what it should be', async () => {
    expect(await verdict(record('v=spf1 a:203.0.113.7 -all'))).toMatchObject({
      result: 'permerror',
      why: '"a:203.0.113.7" is not understood: an address is written ip4:203.0.113.7 in the record of example.com',
    })
    expect((await verdict(record('v=spf1 ip4:203.0.113.7 \u001b[31m')))?.why).toBe(
      '"?[31m" is not understood in the record of example.com',
    )
    expect((await verdict(record('v=spf1 redirect=a.example redirect=b.example')))?.why).toContain('stands there twice')
  })

  it('which include is behind it', async () => {
    const answers = record('v=spf1 include:a.example -all', { 'a.example TXT': ['v=spf1 moo'] })

    expect(await verdict(answers)).toMatchObject({
      ...{ result: 'permerror', domain: 'example.com', term: 'include:a.example' },
      why: '"moo" is not understood in the record of a.example ("include:a.example" in the record of example.com)',
    })
  })

  it('that the domain has none, or several', async () => {
    expect(await verdict({})).toMatchObject({ result: 'none', why: 'example.com has no SPF record' })
    expect(await verdict({ 'example.com TXT': ['v=spf1 -all', 'v=spf1 mx -all'] })).toMatchObject({
      ...{ result: 'permerror', why: 'example.com has 2 SPF records' },
    })
    expect(await verdict({}, undefined, 'localhost')).toMatchObject({
      result: 'none',
      why: 'localhost is no domain name',
    })
    expect(await verdict({}, undefined, 'a..example')).toMatchObject({
      result: 'none',
      why: 'a..example is no domain name',
    })
  })
})

describe('what cannot be looked up', () => {
  it('is temporary, and named', async () => {
    expect(await verdict({ 'example.com TXT': DOWN })).toMatchObject({
      ...{ result: 'temperror', why: 'example.com TXT: no answer' },
    })
    expect(await verdict(record('v=spf1 a -all', { 'example.com A': DOWN }))).toMatchObject({
      ...{ result: 'temperror', why: 'example.com A: no answer ("a" in the record of example.com)' },
    })
    for (const term of ['mx', 'exists:%{i}.x.example', 'include:x.example', 'redirect=x.example']) {
      const down = { 'example.com MX': DOWN, '203.0.113.7.x.example A': DOWN, 'x.example TXT': DOWN }
      expect((await verdict(record(`v=spf1 ${term}`, down))).result, term).toBe('temperror')
    }
    const host = { 'example.com MX': ['a.example'], 'a.example A': DOWN }
    expect((await verdict(record('v=spf1 mx', host))).result).toBe('temperror')
  })

  it('is no fault of the record where the reverse name is concerned', async () => {
    const reverse = '7.113.0.203.in-addr.arpa PTR'
    expect((await verdict(record('v=spf1 ptr -all', { [reverse]: DOWN }))).result).toBe('fail')
    const names = {
      [reverse]: ['a.example', 'mail.example.com'],
      'a.example A': DOWN,
      'mail.example.com A': ['203.0.113.7'],
    }
    expect((await verdict(record('v=spf1 ptr -all', names))).result).toBe('pass')
    expect((await verdict(record('v=spf1 exists:%{p}.x.example -all', { [reverse]: DOWN }))).asked).toContain(
      'unknown.x.example A',
    )
  })
})

describe('the limits', () => {
  const many = (count: number, term: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => term(i)).join(' ')

  it('ten terms need DNS, the eleventh is too much', async () => {
    const found = { 'example.com A': ['198.51.100.1'] }
    expect(await verdict(record(`v=spf1 ${many(10, () => 'a')} -all`, found))).toMatchObject({
      result: 'fail',
      lookups: 10,
    })
    expect(await verdict(record(`v=spf1 ${many(11, () => 'a')} -all`, found))).toMatchObject({ result: 'permerror' })
    expect(await verdict(record(`v=spf1 ${many(10, () => 'a')} redirect=example.com`, found))).toMatchObject({
      ...{ result: 'permerror', term: 'redirect=' },
    })
  })

  it('a loop comes to its end', async () => {
    expect((await verdict(record('v=spf1 include:example.com -all'))).result).toBe('permerror')
    const { result, asked } = await verdict(record('v=spf1 redirect=example.com'))
    expect(result).toBe('permerror')
    expect(asked).toHaveLength(11)
  })

  it('two lookups may find nothing, the third is too much', async () => {
    expect((await verdict(record('v=spf1 a mx -all'))).result).toBe('fail')
    expect(await verdict(record('v=spf1 a mx exists:x.example -all'))).toMatchObject({
      result: 'permerror',
      why: 'more than 2 lookups find nothing, the last one x.example A ("exists:x.example" in the record of example.com)',
    })
    expect((await verdict(record('v=spf1 a mx ptr -all'))).result).toBe('permerror')
  })

  it('a sender with IPv6 finds nothing at hosts that have IPv4 alone', async () => {
    const hosts = record('v=spf1 mx -all', {
      'example.com MX': ['mail.example.com', 'b.example', 'c.example', 'd.example'],
      'mail.example.com AAAA': ['2001:db8::7'],
    })

    expect((await verdict(hosts, '2001:db8::7')).result).toBe('pass')
    expect((await verdict(hosts, '2001:db8::8')).result).toBe('permerror')
  })

  it('ten MX hosts are looked at, eleven are too many', async () => {
    const exchanges = (count: number) => Array.from({ length: count }, (_, i) => `a${i}.example`)
    const addresses = Object.fromEntries(exchanges(11).map((text) => [`${text} A`, ['198.51.100.1']]))
    const of = (count: number) =>
      verdict(record('v=spf1 mx -all', { 'example.com MX': exchanges(count), ...addresses }))

    expect((await of(10)).result).toBe('fail')
    expect(await of(11)).toMatchObject({ result: 'permerror', why: expect.stringContaining('more than 10 MX hosts') })
  })

  it('ten reverse names are looked at', async () => {
    const names = Array.from({ length: 11 }, (_, i) => `a${i}.example.com`)
    const last = { '7.113.0.203.in-addr.arpa PTR': names, 'a10.example.com A': ['203.0.113.7'] }
    expect((await verdict(record('v=spf1 ptr -all', last))).result).toBe('fail')
    const tenth = { '7.113.0.203.in-addr.arpa PTR': names, 'a9.example.com A': ['203.0.113.7'] }
    expect((await verdict(record('v=spf1 ptr -all', tenth))).result).toBe('pass')
  })
})

describe('names', () => {
  it('that no question can be made of do not match, and are not asked for', async () => {
    const { result, asked } = await verdict(
      record(`v=spf1 a:a..example a:${'a'.repeat(64)}.example ptr:a..example -all`),
    )
    expect(result).toBe('fail')
    expect(asked).toEqual(['example.com TXT', '7.113.0.203.in-addr.arpa PTR'])
    for (const term of ['include:a..example', 'redirect=a..example']) {
      expect(await verdict(record(`v=spf1 ${term}`))).toMatchObject({ result: 'permerror' })
    }
  })

  it('a null MX has no host', async () => {
    const { result, asked } = await verdict(record('v=spf1 mx -all', { 'example.com MX': ['.'] }))
    expect(result).toBe('fail')
    expect(asked).toEqual(['example.com TXT', 'example.com MX'])
  })

  it('of a macro: validated, at best the domain itself', async () => {
    const names = ['other.example', 'mail.example.com', 'example.com']
    const forward = Object.fromEntries(names.map((name) => [`${name} A`, ['203.0.113.7']]))
    const asked = async (some: readonly string[]) => {
      const reverse = { '7.113.0.203.in-addr.arpa PTR': some }
      return (await verdict(record('v=spf1 exists:%{p}.x.example -all', { ...forward, ...reverse }))).asked.at(-1)
    }

    expect(await asked(names)).toBe('example.com.x.example A')
    expect(await asked(names.slice(0, 2))).toBe('mail.example.com.x.example A')
    expect(await asked(names.slice(0, 1))).toBe('other.example.x.example A')
  })

  it('hold a backslash as such', async () => {
    const { asked } = await verdict(record('v=spf1 a:a\\b.example -all'))
    expect(asked).toContain('a\\\\b.example A')
  })
})
