import type { ErrorKind, Failure } from '../../core/failure.ts'
import { elementAt, parseXml, textAt, type XmlElement } from '../../core/xml.ts'
import type { HttpRequest, HttpResponse } from '../../ports/http.ts'
import { signAws } from '../auth/sigv4.ts'
import { type Asked, refusalOf, refusalSaying, unreadable } from '../kits/status.ts'
import type { Access, Tools } from '../provider.ts'
import type { Settings } from './route53.ts'

/** The element of an answer at a path below its root. Throws a Failure `protocol` if there is none. */
export type Call = (
  request: Pick<HttpRequest, 'purpose' | 'method' | 'body'> & { readonly path: string },
  ...wanted: readonly string[]
) => Promise<XmlElement>

/** The interface is a global one, which signs for this region. */
const SCOPE = { region: 'us-east-1', service: 'route53' }

export const apiOf =
  ({ settings, base }: Access<Settings>, { http, now }: Tools): Call =>
  async ({ path, ...request }, ...wanted) => {
    const url = base + path
    const given = request.body === undefined ? {} : { 'content-type': 'application/xml' }
    const headers = signAws({ ...request, url, headers: given }, settings, SCOPE, now())
    const response = await http({ ...request, url, headers })
    const failure = refused(response, { purpose: request.purpose, now: now() })
    if (failure) throw failure
    const found = elementAt(parseXml(response.body), ...wanted)
    if (found) return found
    throw unreadable(response, request.purpose)
  }

/** Codes that mean something else than their status, which is 400. */
const KINDS: Readonly<Record<string, ErrorKind>> = {
  Throttling: 'rate-limited',
  ThrottlingException: 'rate-limited',
  PriorRequestNotComplete: 'unavailable',
}

/**
 * By the message alone such a refusal differs from that of a wrong key: its code is SignatureDoesNotMatch too. Not `auth`,
 * which waits for the user: after a start without a clock of its own a machine sets the time by itself.
 */
const CLOCKS_DIFFER = /\b(?:Signature expired|Signature not yet current|RequestExpired|RequestTimeTooSkewed)\b/i

/** A batch that is refused may be answered by a document of its own, with a message for each change. */
function refused(response: HttpResponse, asked: Asked): Failure | undefined {
  const failure = refusalOf(response, asked)
  const root = parseXml(response.body)
  const error = elementAt(root, 'Error')
  const code = textAt(error, 'Code') ?? (root?.name === 'InvalidChangeBatch' ? root.name : undefined)
  if (!failure || code === undefined) return failure
  const words = textAt(error, 'Message') ?? textAt(root, 'Messages', 'Message') ?? 'no reason given'
  const said = `${code} ${words}`
  if (!CLOCKS_DIFFER.test(said)) return refusalSaying(response, asked, said, KINDS[code])
  return refusalSaying(response, asked, `the clock of this machine is wrong, set it: ${said}`, 'unavailable')
}
