import { type ErrorKind, Failure } from '../../core/failure.ts'
import { elementAt, escapeXml, parseXml, textAt, type XmlElement } from '../../core/xml.ts'
import type { HttpRequest, HttpResponse } from '../../ports/http.ts'

/** What is asked of a WAN connection; all without arguments. */
export type IgdAction =
  | 'GetExternalIPAddress'
  | 'GetStatusInfo'
  | 'X_AVM_DE_GetExternalIPv6Address'
  | 'X_AVM_DE_GetIPv6Prefix'

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/'
const ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/'

/** An action of a service, as a request (UDA 1.1, 3.2.1). The quotes in SOAPACTION are part of it. */
export function soapRequest(
  service: string,
  action: IgdAction,
): Required<Pick<HttpRequest, 'method' | 'headers' | 'body'>> {
  const call = `<u:${action} xmlns:u="${escapeXml(service)}"></u:${action}>`
  return {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset="utf-8"', soapaction: `"${service}#${action}"` },
    body: `<?xml version="1.0"?>\r\n<s:Envelope xmlns:s="${ENVELOPE}" s:encodingStyle="${ENCODING}"><s:Body>${call}</s:Body></s:Envelope>\r\n`,
  }
}

/** The arguments of an answer by their names. Throws a Failure: a fault by its number, `protocol` if it is no answer. */
export function readSoap(
  { status, body }: Pick<HttpResponse, 'status' | 'body'>,
  action: IgdAction,
): Readonly<Record<string, string>> {
  const root = parseXml(body)
  const said = root?.name === 'Envelope' ? elementAt(root, 'Body') : undefined
  const fault = elementAt(said, 'Fault')
  if (fault) throw faultOf(fault, action)
  if (status < 200 || status > 299) throw new Failure(kindOf(status), `the router answered ${status} to ${action}`)
  const answer = elementAt(said, `${action}Response`)
  if (!answer) throw new Failure('protocol', `the router's answer to ${action} is not the XML of one`)
  return Object.fromEntries(answer.children.map(({ name, text }) => [name, text.trim()]))
}

/** UDA 1.1, 3.2.2; 606 is of WANIPConnection:2 and of DeviceProtection. */
const FAULTS: Readonly<Record<string, readonly [ErrorKind, string]>> = {
  401: ['unsupported', 'it does not know that action'],
  402: ['protocol', 'it expects other arguments'],
  501: ['unavailable', 'it could not do it now'],
  606: ['auth', 'it allows that to nobody who is not logged in'],
}

function faultOf(fault: XmlElement, action: IgdAction): Failure {
  const code = textAt(fault, 'detail', 'UPnPError', 'errorCode') ?? ''
  const [kind, words] = (Object.hasOwn(FAULTS, code) && FAULTS[code]) || (['unavailable', 'it failed'] as const)
  const number = /^\d{3}$/.test(code) ? ` (UPnP error ${code})` : ''
  return new Failure(kind, `the router refused ${action}: ${words}${number}`)
}

function kindOf(status: number): ErrorKind {
  if (status === 401 || status === 403) return 'auth'
  if (status >= 500) return 'unavailable'
  return status >= 400 ? 'rejected' : 'protocol'
}
