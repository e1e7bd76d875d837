import { Failure } from '../../src/core/failure.ts'
import { escapeXml } from '../../src/core/xml.ts'
import type { HttpRequest, HttpResponse } from '../../src/ports/http.ts'
import type { Gateway } from '../../src/ports/interfaces.ts'
import type { Datagram, Udp } from '../../src/ports/udp.ts'
import { ip } from './targets.ts'

export const IP1 = 'urn:schemas-upnp-org:service:WANIPConnection:1'
export const PPP1 = 'urn:schemas-upnp-org:service:WANPPPConnection:1'
export const IGD1 = 'urn:schemas-upnp-org:device:InternetGatewayDevice:1'
export const ROUTER: Gateway = { address: ip('192.168.178.1'), interface: 'eth0', own: ip('192.168.178.2') }

/** Stands in what a hostile router says: nothing of it may be quoted. */
export const MARK = 'S3CR3T'

export const service = (type: string, control = '/ctl/IPConn', event = '/evt/IPConn') =>
  `<service><serviceType>${type}</serviceType><serviceId>urn:upnp-org:serviceId:1</serviceId><SCPDURL>/WANIPCn.xml</SCPDURL>` +
  `<controlURL>${escapeXml(control)}</controlURL><eventSubURL>${escapeXml(event)}</eventSubURL></service>`

export const description = (services: readonly string[], base?: string) => `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>
${base === undefined ? '' : `<URLBase>${escapeXml(base)}</URLBase>`}<device><deviceType>${IGD1}</deviceType>
<deviceList><device><deviceType>urn:schemas-upnp-org:device:WANDevice:1</deviceType>
<deviceList><device><deviceType>urn:schemas-upnp-org:device:WANConnectionDevice:1</deviceType>
<serviceList>${services.join('\n')}</serviceList></device></deviceList></device></deviceList></device></root>`

/** An answer as miniupnpd writes it. */
export const soapAnswer = (action: string, values: Readonly<Record<string, string>>, type = IP1) => {
  const parts = Object.entries(values).map(([name, text]) => `<${name}>${escapeXml(text)}</${name}>`)
  return `<?xml version="1.0"?>\r\n<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body><u:${action}Response xmlns:u="${type}">${parts.join('')}</u:${action}Response></s:Body></s:Envelope>\r\n`
}

export const soapFault = (code: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail><UPnPError xmlns="urn:schemas-upnp-org:control-1-0"><errorCode>${code}</errorCode><errorDescription>S3CR3T</errorDescription></UPnPError></detail></s:Fault></s:Body></s:Envelope>`

type Reply = Partial<HttpResponse> | Failure
export interface Routerlike {
  /** What answers a search: who, and where its description is said to be. */
  found: { readonly from: string; readonly location: string; readonly target?: string }[]
  /** By `METHOD path`, for SOAP also `#Action`; `silent`: nothing comes until whoever asks gives up. */
  replies: Record<string, Reply | 'silent' | ((request: HttpRequest) => Reply)>
  readonly asked: HttpRequest[]
  searches: number
  /** How long each search waits after each sending. */
  readonly waits: (readonly number[])[]
}

export const soapName = ({ headers = {} }: HttpRequest) => headers.soapaction?.replaceAll('"', '').split('#')[1]

/** The two ports by which a router is asked, and what it shall answer. */
export function igdRouter(replies: Routerlike['replies'] = {}) {
  const router: Routerlike = {
    found: [{ from: ROUTER.address, location: `http://${ROUTER.address}:5000/rootDesc.xml` }],
    replies: { 'GET /rootDesc.xml': { body: description([service(IP1)]) }, ...replies },
    asked: [],
    searches: 0,
    waits: [],
  }
  const http = async (request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> => {
    if (signal.aborted) throw new Failure('cancelled', 'aborted')
    router.asked.push(request)
    const action = soapName(request)
    const key = `${request.method} ${new URL(request.url).pathname}${action ? `#${action}` : ''}`
    const told = router.replies[key]
    if (told === 'silent')
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Failure('cancelled', 'aborted')))
      })
    const reply = typeof told === 'function' ? told(request) : told
    if (reply === undefined) return { status: 404, headers: {}, body: '<html>S3CR3T</html>' }
    if (reply instanceof Failure) throw reply
    if ((reply.body ?? '').length > (request.maxBytes ?? 1 << 20)) throw new Failure('protocol', 'the body is too long')
    return { status: 200, headers: {}, body: '', ...reply }
  }
  const search: Udp['search'] = async ({ waits }, onAnswer, signal) => {
    if (signal.aborted) throw new Failure('cancelled', 'aborted')
    router.searches++
    router.waits.push(waits)
    for (const one of router.found) onAnswer(searchAnswer(one))
    if (signal.aborted) throw new Failure('cancelled', 'aborted')
  }
  return { router, http, search }
}

export const searchAnswer = ({ from, location, target = IGD1 }: Routerlike['found'][number]): Datagram => ({
  from: { address: ip(from), port: 1900 },
  bytes: new TextEncoder().encode(`HTTP/1.1 200 OK\r\nST: ${target}\r\nLOCATION: ${location}\r\n\r\n`),
})
