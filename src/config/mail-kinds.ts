import { isIP } from 'node:net'
import type { Prober } from './config.ts'
import { isHttpUrl } from './ip-source.ts'
import { type Kind, type Read, readOf, scalar } from './kind.ts'

const FORMS = 'a URL such as https://prober.example.net/, https://TOKEN@prober.example.net/, or ssh:HOST'
/** As ssh takes it, with a user's name or without; what begins with a hyphen would be an option of ssh. */
const SSH_HOST = /^(?:[A-Za-z\d_][\w.-]*@)?[A-Za-z\d_][\w.-]*$/

/** Where port 25 is asked from outside. */
export const prober: Kind<Prober> = scalar<Prober>({
  expected: FORMS,
  read: (text) => {
    if (/^ssh:/i.test(text)) return readSsh(text.slice(4))
    return isHttpUrl(text) ? readUrl(text) : {}
  },
  show: (value) => {
    if (value.kind === 'ssh') return `ssh:${value.vantage.ssh}`
    return value.token === undefined ? value.url : value.url.replace('//', '//(hidden)@')
  },
})

function readSsh(host: string): Read<Prober> {
  if (SSH_HOST.test(host) || isIP(host) !== 0) return { value: { kind: 'ssh', vantage: { ssh: host } } }
  const expected = 'ssh: and a host, such as ssh:server.example.net or ssh:user@server.example.net'
  return { expected, remedy: host.startsWith('//') ? 'write ssh: without slashes' : undefined }
}

function readUrl(text: string): Read<Prober> {
  const url = new URL(text)
  const { username, password } = url
  if (password !== '') return { expected: FORMS, remedy: 'one token stands before the @, without a colon' }
  if (/[?#]/.test(text)) return { expected: 'a URL without ? and #', remedy: 'a token stands before the @' }
  url.username = ''
  const token = decoded(username)
  if (token === undefined || !/^[\x21-\x7e]*$/.test(token)) {
    return { expected: 'a token of printable ASCII characters without spaces', remedy: 'encode it as URLs are (%2F)' }
  }
  return { value: { kind: 'http', url: url.href, token: token === '' ? undefined : token } }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** What of it must never be printed. */
export const secretsOfProber = (value: Prober | undefined): readonly string[] =>
  value?.kind === 'http' && value.token !== undefined ? [value.token] : []

/** It becomes a label of a name. */
export const dqsKey: Kind<string> = scalar({
  expected: 'the key of your Spamhaus Data Query Service account: letters and digits',
  read: (text) => readOf(/^[A-Za-z\d]{1,63}$/.test(text) ? text.toLowerCase() : undefined),
})

const LABEL = '[a-z\\d_](?:[a-z\\d_-]{0,61}[a-z\\d_])?'
const SELECTOR = new RegExp(`^${LABEL}(?:\\.${LABEL}){0,3}$`)

/** RFC 6376 3.1: labels in front of `._domainkey`. */
export const dkimSelector: Kind<string> = scalar({
  expected: 'a DKIM selector such as mail or s2026',
  read: (text) => {
    const selector = text.toLowerCase()
    const remedy = selector.includes('._domainkey') ? 'give what stands before ._domainkey' : undefined
    return SELECTOR.test(selector) && remedy === undefined ? { value: selector } : { remedy }
  },
})
