import { type ErrorKind, Failure } from '../../core/failure.ts'
import { type Outcome, unchanged, updated } from '../../core/outcome.ts'
import type { AddressRRset, Seconds } from '../../dns/rrset.ts'
import type { HttpResponse } from '../../ports/http.ts'
import { otherAddress, othersIn, type Place } from './single-request.ts'
import { excerpt, refusalOf, retryAfterOf, unreadable } from './status.ts'

/** The codes of https://help.dyn.com/return-codes/ and those that other services have added. */
const CODES: Readonly<Record<string, readonly [ErrorKind, meaning: string]>> = {
  badauth: ['auth', 'user name or password refused'],
  noauth: ['auth', 'user name or password refused'],
  '!yours': ['auth', 'the host name belongs to another account'],
  disabled: ['auth', 'the account is locked'],
  '!donator': ['unsupported', 'a feature that is not in the plan of this account'],
  '!active': ['rejected', 'the domain is not active yet'],
  notfqdn: ['rejected', 'the host name is missing or not a full one'],
  nohost: ['rejected', 'no such host name in this account'],
  numhost: ['rejected', 'too many host names in one request, none that is assigned, or a round robin'],
  badsys: ['rejected', 'system parameter refused'],
  badip: ['rejected', 'address refused'],
  badrequest: ['rejected', 'called malformed'],
  fatal: ['rejected', 'the host is switched off'],
  abuse: ['blocked', 'host name or user blocked for abuse; the block is lifted at the service'],
  badagent: ['blocked', 'this program is refused'],
  dnserr: ['unavailable', 'name server error at the service'],
  '911': ['unavailable', 'fault or maintenance at the service'],
  servererror: ['unavailable', 'fault at the service'],
  interval: ['rate-limited', 'too often'],
  toomanyrequests: ['rate-limited', 'too often'],
}
const HALF_AN_HOUR = 1800 // asked for by the protocol after 911 and dnserr
const UNIT: Readonly<Record<string, Seconds>> = { h: 3600, m: 60, s: 1 }

interface Line {
  readonly text: string
  readonly code: string
}

/**
 * What the answer says of one RRset: the body first, of any status, then the status. One line a host, in the order sent;
 * errors of the account come once. Throws a Failure, `lost` if the answer cannot be read.
 */
export function judgeDyndns2(response: HttpResponse, rrset: AddressRRset, { nth, now }: Place): Outcome {
  const lines = linesOf(response.body)
  const line = lineFor(lines, nth)
  if (line) throwRefusal(line, response, now)
  const failure = refusalOf(response, { purpose: 'write', now })
  if (failure) throw failure
  if (line && isSuccess(line)) return success(line, rrset)
  if (!line && lines.length > 0 && lines.every(isKnown)) {
    // It ends too early: what is said of the hosts before shows that the request was worked off.
    const what = `no line for ${rrset.owner} in the answer: ${excerpt(response.body)}`
    throw new Failure('protocol', what, { lost: true })
  }
  throw unreadable(response, 'write')
}

function linesOf(body: string): readonly Line[] {
  const texts = body.split(/\r?\n/).map((text) => text.trim())
  return texts.filter(Boolean).map((text) => ({ text, code: (text.split(/[\s,]/)[0] ?? '').toLowerCase() }))
}

function lineFor(lines: readonly Line[], nth: number): Line | undefined {
  const own = lines[nth]
  if (own && isKnown(own)) return own
  const first = lines[0]
  if (!first) return undefined
  const alone = lines.length === 1 || !isSuccess(first) // of an error the rest is an explanation
  return alone && isKnown(first) ? first : own
}

const isSuccess = ({ code }: Line) => code === 'good' || code === 'nochg'
const isKnown = (line: Line) => isSuccess(line) || Object.hasOwn(CODES, line.code) || pauseIn(line) !== undefined

/** `w12h`, `w30m`, `w60s`: wait that long. */
function pauseIn({ code }: Line): Seconds | undefined {
  const [, count, unit = ''] = /^w(\d+)([hms])$/.exec(code) ?? []
  return count === undefined ? undefined : Number(count) * (UNIT[unit] ?? 1)
}

function throwRefusal(line: Line, { headers }: HttpResponse, now: number): void {
  const asked = retryAfterOf(headers, now)
  const pause = pauseIn(line)
  if (pause !== undefined) throw new Failure('rate-limited', `${line.code}: too often`, { retryAfter: pause })
  const [kind, meaning] = (Object.hasOwn(CODES, line.code) && CODES[line.code]) || []
  if (!kind) return
  const retryAfter = kind === 'unavailable' ? Math.max(asked ?? 0, HALF_AN_HOUR) : asked
  const message =
    line.code === line.text.toLowerCase()
      ? `${line.code}: ${meaning}`
      : `${line.code}: ${meaning} (${excerpt(line.text)})`
  throw new Failure(kind, message, { retryAfter, reason: line.code === 'badagent' ? 'badagent' : undefined })
}

function success({ text, code }: Line, rrset: AddressRRset): Outcome {
  if (othersIn(text, rrset).some((one) => one === '127.0.0.1')) {
    // Dyn says so to a program that it ignores.
    throw new Failure('blocked', `${excerpt(text)}: the request was ignored, this program is refused`, {
      reason: 'badagent',
    })
  }
  return otherAddress(text, rrset) ?? (code === 'good' ? updated : unchanged)
}
