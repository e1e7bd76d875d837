// Run in a namespace of a home, at an address of its network: a router with UPnP and NAT-PMP that says what it is told to. One
// is the router, another a stranger beside it.
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, request, type ServerResponse } from 'node:http'
import { natPmpAnswer, pcpAnnounce } from './datagrams.ts'
import { description, IGD1, IP1, MARK, service, soapAnswer, soapFault } from './igd-router.ts'
import { note, obey } from './orders.ts'
import { propertyset } from './propertyset.ts'

export interface Manners {
  /** To GetExternalIPAddress: a text, or one of ANSWERS. */
  readonly soap: string
  /** Empty: it keeps its address back. */
  readonly natPmp: string
  readonly location: string
  /** Instead of the description. */
  readonly redirect: string
  readonly control: string
  readonly event: string
}

export interface Orders {
  readonly be?: Partial<Manners>
  /** By NAT-PMP, with that address; `pcp`: by PCP. */
  readonly announce?: string
  /** By SSDP: `alive`, `byebye`. */
  readonly ssdp?: { readonly says: string; readonly boot?: number }
  /** An event; resolves to the status of the answer, or `cut off`. */
  readonly notify?: {
    readonly url: string
    readonly sid: string
    readonly seq: number
    /** A text, or one of BODIES. */
    readonly address: string
  }
}

const [, , own = ''] = process.argv
const [SSDP, NAT_PMP] = ['239.255.255.250', '224.0.0.1']
const here = `http://${own}:5000`
const [control, event] = [`/ctl/${MARK}`, `/evt/${MARK}`]
let now: Manners = { soap: '', natPmp: '', location: `${here}/${MARK}.xml`, redirect: '', control, event }
const begun = Date.now()
const epoch = () => 1000 + Math.floor((Date.now() - begun) / 1000)

/** Ten of ten of ten ...: some gigabytes. */
const bomb = (document: string) => {
  const levels = Array.from({ length: 9 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`)
  return `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY e0 "${MARK}">${levels.join('')}]>${document}`
}
const told = (address: string) => soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: address })
const longText = () => MARK.repeat(Math.ceil((10 * 1024 * 1024) / MARK.length))
const ANSWERS: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  bomb: (response) => response.end(bomb(told('5.9.9.9').replace('5.9.9.9', '&e9;'))),
  long: (response) => response.end(told(longText())),
  deep: (response) => response.end('<a>'.repeat(20_000)),
  fault: (response) => response.writeHead(500, MARK).end(soapFault('899')),
  endless: (response) => {
    const chunk = Buffer.alloc(64 * 1024, MARK)
    const more = () => {
      while (response.write(chunk));
    }
    response.on('drain', more)
    more()
  },
}

let subscriptions = 0
const server = createServer({ maxHeaderSize: 65_536 }, ({ method, url, headers }, response) => {
  const action = String(headers.soapaction ?? '').replace(/^.*#|"/g, '')
  note(`${method} ${action || (headers.callback ?? url)}`)
  response.on('error', () => {})
  if (method === 'SUBSCRIBE' || method === 'UNSUBSCRIBE') {
    const sid = headers.sid ?? `uuid:${MARK}-${++subscriptions}`
    note(`names it ${sid}`)
    response.writeHead(200, { sid, timeout: 'Second-1800' }).end()
    const callback = String(headers.callback ?? '').replace(/[<>]/g, '')
    if (callback)
      void notify({ url: callback, sid: String(sid), seq: 0, address: '5.9.1.7' }).then((said) =>
        note(`first event: ${said}`),
      )
  } else if (action === 'GetExternalIPAddress') (ANSWERS[now.soap] ?? (() => response.end(told(now.soap))))(response)
  else if (action) response.end(soapAnswer(action, { NewConnectionStatus: 'Connected', NewLastConnectionError: MARK }))
  else if (now.redirect) response.writeHead(302, MARK, { location: now.redirect }).end(MARK)
  else
    response.end(
      description([service(IP1, now.control, now.event)]).replace(
        '<device>',
        `<device><friendlyName>${MARK}</friendlyName>`,
      ),
    )
})
server.on('connection', ({ remoteAddress }) => note(`connection from ${remoteAddress}`))

const BODIES: Readonly<Record<string, () => string>> = {
  bomb: () => bomb('<propertyset>&e9;</propertyset>'),
  long: () => propertyset({ ExternalIPAddress: longText() }),
}

function notify({ url, sid, seq, address }: NonNullable<Orders['notify']>) {
  const headers = { nt: 'upnp:event', nts: 'upnp:propchange', sid, seq: String(seq), server: MARK }
  const body = BODIES[address]?.() ?? propertyset({ ExternalIPAddress: address, [MARK]: MARK })
  return new Promise<unknown>((resolve) => {
    const asking = request(url, {
      method: 'NOTIFY',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    })
    asking.on('response', (response) => resolve(response.resume().statusCode)).on('error', () => resolve('cut off'))
    asking.end(body)
  })
}

const ssdp = createSocket('udp4')
ssdp.on('message', (bytes, { address, port }) => {
  const text = bytes.toString()
  if (!text.startsWith('M-SEARCH') || !text.includes(IGD1)) return
  note('M-SEARCH')
  const lines = ['HTTP/1.1 200 OK', `ST: ${IGD1}`, `SERVER: ${MARK}`, `LOCATION: ${now.location}`, '', '']
  ssdp.send(lines.join('\r\n'), port, address)
})
const natPmp = createSocket('udp4')
natPmp.on('message', (_, { address, port }) =>
  natPmp.send(natPmpAnswer(now.natPmp || '0.0.0.0', { result: now.natPmp ? 0 : 3, epoch: epoch() }), port, address),
)
const sent = (socket: Socket, bytes: string | Uint8Array, port: number, group: string) =>
  new Promise((resolve) => socket.send(bytes, port, group, resolve))

await once(server.listen(5000, own), 'listening')
await once(ssdp.bind(1900), 'listening')
await once(natPmp.bind(5351, own), 'listening')
ssdp.addMembership(SSDP, own)
for (const socket of [ssdp, natPmp]) socket.setMulticastInterface(own)

obey<Orders>(async ({ be, announce, ssdp: { says, boot } = {}, notify: event }) => {
  now = { ...now, ...be }
  if (announce) {
    const bytes = announce === 'pcp' ? pcpAnnounce({ epoch: epoch() }) : natPmpAnswer(announce, { epoch: epoch() })
    await sent(natPmp, bytes, 5350, NAT_PMP)
  }
  if (says) {
    const boots = boot === undefined ? [] : [`BOOTID.UPNP.ORG: ${boot}`]
    const lines = [
      'NOTIFY * HTTP/1.1',
      `NT: ${IGD1}`,
      `NTS: ssdp:${says}`,
      `LOCATION: ${now.location}`,
      ...boots,
      '',
      '',
    ]
    await sent(ssdp, lines.join('\r\n'), 1900, SSDP)
  }
  return event && notify(event)
})
