import { isIP } from 'node:net'
import type { DomainName } from '../dns/name.ts'
import { readHostName } from './host-name.ts'

const EXPECTED = 'expected one such as example.com'

/** What stands behind the @, as a person gives it; else in one sentence what is wrong with it. */
export function readMailDomain(text: string): { readonly name: DomainName } | string {
  const written = text.trim()
  if (isIP(written.replace(/^\[(?:ipv6:)?(.*)\]$/i, '$1')) !== 0)
    return `"${text}" is an address, and mail goes to domains; ${EXPECTED}`
  const read = readHostName(text, { wildcard: false })
  if ('value' in read) return { name: read.value }
  const what = `"${text}" is not a mail domain`
  if (isOneWord(written)) return `${what}: give the whole domain, such as example.com`
  const why = /\s/.test(written) ? 'remove the blank' : read.remedy
  return `${what}${why === undefined ? '' : ` (${why})`}; ${EXPECTED}`
}

/** Nothing else is wrong with it. */
export const isOneWord = (text: string): boolean =>
  'value' in readHostName(`${text.replace(/\.$/, '')}.example`, { wildcard: false }) &&
  !text.replace(/\.$/, '').includes('.')
