import { parseName } from '../../dns/name.ts'
import { parseAddress } from '../../dns/rrset.ts'
import type { SmtpWish } from '../ask/smtp.ts'

/** The request's body; a text: what is wrong with it. */
export function parseProbeRequest(text: string): SmtpWish | string {
  const whole = recordOf(text)
  if (!whole) return 'expected a JSON object'
  const [address, host, domain] = [
    parseAddress(textOf(whole.address)),
    parseName(textOf(whole.host)),
    parseName(textOf(whole.domain)),
  ]
  if (!address) return 'expected an IP address as "address"'
  if (!host) return 'expected a host name as "host"'
  if (!domain) return 'expected a domain name as "domain"'
  const tests = whole.tests as Record<string, unknown> | undefined
  return { address, host, domain, tests: { postmaster: tests?.postmaster === true, abuse: tests?.abuse === true } }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function recordOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
