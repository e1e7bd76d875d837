// Run in the namespace of a home's router: the UPnP of a FRITZ!Box, until its input ends. Each line of that is what the box knows
// of its line from then on; who subscribed is told of what has changed. Prints what became of it, a line of JSON each.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import { createInterface } from 'node:readline'
import { FOUND, type FritzLine, fritzEvent, fritzNews, fritzReplies, WAN } from '../support/fritzbox.ts'
import { propertyset } from '../support/propertyset.ts'

const [, , address = '', first = ''] = process.argv
const say = (what: object) => console.log(JSON.stringify(what))
let line: FritzLine = JSON.parse(first)
const replies: Record<string, { readonly body: string } | (() => { readonly body: string })> = fritzReplies(() => line)
const NAME = 'FRITZ!Box 7590 UPnP/1.0 AVM FRITZ!Box 7590 154.08.00'

/** By the name of the subscription. */
const subscribers = new Map<string, { readonly callback: string; seq: number }>()
let count = 0

/** Resolves when it is answered, or cannot be sent. */
async function notify(sid: string, body: string): Promise<void> {
  const subscriber = subscribers.get(sid)
  if (!subscriber) return
  const seq = subscriber.seq++
  const type = { 'content-type': 'text/xml; charset="utf-8"', 'content-length': Buffer.byteLength(body) }
  const headers = { ...type, nt: 'upnp:event', nts: 'upnp:propchange', sid, seq }
  const sending = request(subscriber.callback, { method: 'NOTIFY', headers, agent: false, timeout: 30_000 })
  sending.on('timeout', () => sending.destroy(new Error('no answer')))
  sending.end(body)
  const status = await once(sending, 'response').then(
    ([answer]: IncomingMessage[]) => answer!.resume().statusCode,
    (why: Error) => why.message,
  )
  say({ event: seq, status })
}
/** One event after the other. */
let last: Promise<unknown> = Promise.resolve()
const inTurn = (work: () => Promise<unknown>) => (last = last.then(work))

/** The answer to SUBSCRIBE and UNSUBSCRIBE (UDA 1.0, 4.1). */
function subscription({ method, headers }: IncomingMessage): { readonly status: number; readonly sid?: string } {
  const known = headers.sid === undefined ? undefined : String(headers.sid)
  if (known !== undefined && !subscribers.has(known)) return { status: 412 }
  if (method === 'UNSUBSCRIBE') {
    subscribers.delete(known ?? '')
    say({ unsubscribed: known })
    return { status: 200 }
  }
  if (known !== undefined) return { status: 200, sid: known }
  const callback = /^<(.*)>$/.exec(String(headers.callback))?.[1]
  if (callback === undefined || headers.nt !== 'upnp:event') return { status: 412 }
  const sid = `uuid:6d78686f-6d65-4000-8000-${String(++count).padStart(12, '0')}`
  subscribers.set(sid, { callback, seq: 0 })
  return { status: 200, sid }
}

const server = createServer(async (asked, response) => {
  asked.resume()
  await once(asked, 'end')
  const { method = '', url = '', headers } = asked
  response.setHeader('server', NAME)
  if (url === WAN && /^(?:UN)?SUBSCRIBE$/.test(method)) {
    const { status, sid } = subscription(asked)
    response.writeHead(status, sid === undefined ? {} : { sid, timeout: 'Second-1800' }).end()
    if (sid !== undefined && subscribers.get(sid)?.seq === 0) void inTurn(() => notify(sid, fritzEvent(line)))
    return
  }
  const action = /#(\w+)"?$/.exec(String(headers.soapaction ?? ''))?.[1]
  const reply = replies[`${method} ${url}${action ? `#${action}` : ''}`]
  const body = typeof reply === 'function' ? reply().body : reply?.body
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/xml; charset="utf-8"', ext: '' }).end(body)
})
await once(server.listen(Number(new URL(FOUND.location).port), address), 'listening')

const ssdp = createSocket({ type: 'udp4', reuseAddr: true })
const found = ['CACHE-CONTROL: max-age=1800', `LOCATION: ${FOUND.location}`, `SERVER: ${NAME}`, 'EXT:']
const about = [`ST: ${FOUND.target}`, `USN: uuid:6d78686f-6d65-4000-8000-000000000000::${FOUND.target}`]
const answer = `HTTP/1.1 200 OK\r\n${[...found, ...about].join('\r\n')}\r\n\r\n`
ssdp.on('message', (bytes, from) => {
  const lines = bytes.toString().split('\r\n')
  if (lines[0] === 'M-SEARCH * HTTP/1.1' && lines.includes(`ST: ${FOUND.target}`))
    ssdp.send(answer, from.port, from.address)
})
ssdp.bind(1900)
await once(ssdp, 'listening')
ssdp.addMembership('239.255.255.250', address)
say({ ready: true })

for await (const text of createInterface(process.stdin)) {
  const before = line
  line = JSON.parse(text)
  const news = fritzNews(line, before)
  say({ tells: news })
  for (const sid of subscribers.keys()) void inTurn(() => notify(sid, propertyset(news)))
}
process.exit(0)
