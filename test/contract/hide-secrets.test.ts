import { expect, it } from 'vitest'
import * as z from 'zod'
import { Failure } from '../../src/core/failure.ts'
import { hideSecrets, hiding } from '../../src/providers/hide-secrets.ts'

const Settings = z.strictObject({
  username: z.string(),
  password: z.string().meta({ secret: true }),
  updateUrl: z.string().optional().meta({ secret: true }),
})
const settings = { username: 'anna', password: 'pass word/1', updateUrl: 'https://host/x?q=tok%2Fen&n=7' }
const hide = hideSecrets(Settings, settings, { owners: ['mail.example.com'] })

it.each([
  ['as it is', 'wrong: pass word/1!', 'wrong: ***!'],
  ['in a query', 'GET /?p=pass%20word%2F1', 'GET /?p=***'],
  ['in a form', 'p=pass+word%2F1&x=y', 'p=***&x=y'],
  ['in an Authorization header', `Basic ${btoa('anna:pass word/1')}`, 'Basic ***'],
  ['behind the host as user name', `Basic ${btoa('mail.example.com:pass word/1')}`, 'Basic ***'],
  ['that is cut off', 'wrong: pass wo... (as sent)', 'wrong: ***... (as sent)'],
  ['that is cut off in a query', 'GET /?p=pass%20word%2...', 'GET /?p=***...'],
  ['a whole URL', 'at https://host/x?q=tok%2Fen&n=7 .', 'at *** .'],
  ['a token out of a URL', 'q was tok/en', 'q was ***'],
  ['a token out of a URL, in a query', '?q=tok%2Fen', '?q=***'],
  ['cut off at the end of a quotation', 'answered with: pass wo', 'answered with: ***'],
  ['of which three letters are left', 'answered with: pas', 'answered with: pas'],
  ['in a query, encoded twice and in small letters', '?p=pass%2520word%252f1', '?p=***'],
  ['in JSON that escapes slashes', '{"p":"pass word\\/1"}', '{"p":"***"}'],
  ['in an Authorization header that is cut off', 'Basic YW5uYTpwYXNzIHd...', 'Basic ***...'],
])('a secret %s', (_, text, shown) => expect(hide(text)).toBe(shown))

/** Of the characters that encodings treat each in their own way. */
const ODD = 'a\\"b<c>&\'d\n\te'
it.each([
  ['JSON', JSON.stringify({ a: ODD }), '{"a":"***"}'],
  ['JSON within JSON', JSON.stringify(JSON.stringify({ a: ODD })), '"{\\"a\\":\\"***\\"}"'],
  ['JSON in ASCII alone', '"a\\u005c\\u0022b\\u003cc\\u003E\\u0026\\u0027d\\u000a\\u0009e"', '"***"'],
  ['HTML', 'a\\&quot;b&lt;c&gt;&amp;&#39;d e', '***'],
  ['XML with numbers', '<p>a&#92;&#34;b&#x3c;c&#62;&#038;&apos;d&#10;&#9;e</p>', '<p>***</p>'],
  ['a text whose blanks were shortened', `p: ${ODD.replace(/\s+/, ' ')}.`, 'p: ***.'],
])('a secret of odd characters in %s', (_, text, shown) => {
  const one = hideSecrets(Settings, { username: '', password: ODD })
  expect(one(text)).toBe(shown)
})

it('what one secret leaves of a text does not uncover another', () => {
  const both = hideSecrets(Settings, { username: 'anna', password: 'abcdef', updateUrl: 'cdefgh' })
  expect(both('x abcdefgh y, abcd...')).toBe('x *** y, ***...')
})

it('credentials in the addresses of service and proxy', () => {
  const urls = [
    'http://anna:one%2Ftwo@192.0.2.1/',
    'http://only-a-token@192.0.2.2:3128',
    'https://192.0.2.3/?key=longenough&system=dyndns',
  ]
  const one = hideSecrets(Settings, { username: '', password: 'other' }, { urls })
  expect(one(`one/two, one%2ftwo, Basic ${btoa('anna:one/two')}, only-a-token, longenough, dyndns`)).toBe(
    '***, ***, Basic ***, ***, ***, dyndns',
  )
})

const odd = hideSecrets(Settings, { username: 'anna', password: `a:b,c"d<e>&f/ü g\th'i` })
it.each([
  ['in a query that leaves comma and colon', "?p=a:b,c%22d%3Ce%3E%26f%2F%C3%BC%20g%09h'i&x"],
  ['in JSON', JSON.stringify(`a:b,c"d<e>&f/ü g\th'i`)],
  ['in JSON as PHP writes it', `"a:b,c\\"d<e>&f\\/\\u00fc g\\th'i"`],
  ['in a page', `p=a:b,c&quot;d&lt;e&gt;&amp;f/ü g\th'i;`],
  ['in a page that spares no apostrophe', `p=a:b,c&quot;d&lt;e&gt;&amp;f/ü g\th&#39;i;`],
  ['on one line', `p=a:b,c"d<e>&f/ü g h'i;`],
])('an odd secret %s', (_, text) => expect(odd(text)).toMatch(/^\W*p?=?"?\*\*\*\W*x?$/))

it('what is no secret stays', () => expect(hide('user anna')).toBe('user anna'))

it('a Failure keeps all but the secret', () => {
  const details = { retryAfter: 77, lost: true, reason: 'badagent', cause: new Error('x') } as const
  const failure = hiding(new Failure('blocked', 'said pass word/1', details), hide)
  expect(failure).toMatchObject({ kind: 'blocked', message: 'said ***', ...details })
})

it('what is no Failure is a bug, and shows no secret either', () => {
  expect(hiding(new TypeError('pass word/1'), hide)).toMatchObject({ kind: 'bug', message: 'TypeError: ***' })
})
