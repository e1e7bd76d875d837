import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseSource } from '../../src/line/sources/index.ts'
import { openHttp } from '../../src/system/http.ts'
import { soapAnswer, soapFault } from '../support/igd-router.ts'
import { sourceWorld } from '../support/source-world.ts'

/** Of the loopback network, so that the box's own port is free there. */
const BOX = '127.49.0.1'
const PATH = '/igdupnp/control/WANIPConn1'

/** As a FRITZ!Box answered, by the action that it was asked for. */
const ANSWERS: Record<string, { readonly status?: number; readonly body: string }> = {}
const asked: { readonly url: string | undefined; readonly type: string | undefined; readonly body: string }[] = []
const box = createServer(async (request: IncomingMessage, response) => {
  let body = ''
  for await (const part of request) body += part
  asked.push({ url: request.url, type: request.headers['content-type'], body })
  const action = /#(\w+)"$/.exec(String(request.headers.soapaction))?.[1] ?? ''
  const answer = request.method === 'POST' && request.url === PATH ? ANSWERS[action] : undefined
  response.writeHead(answer ? (answer.status ?? 200) : 404, {
    'content-type': 'text/xml; charset="utf-8"',
    server: 'FRITZ!Box 7590 UPnP/1.0 AVM FRITZ!Box 7590 154.08.00',
    ext: '',
  })
  response.end(answer?.body ?? '<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD></HTML>')
})
beforeAll(() => once(box.listen(49000, BOX), 'listening'))
afterAll(() => box.close())

const world = sourceWorld({ http: openHttp({ version: '0.0.0' }) })
const source = parseSource(`fritzbox:${BOX}`)!
const quiet = () => new AbortController().signal
const answers = (all: Record<string, Record<string, string>>) => {
  for (const action of Object.keys(ANSWERS)) delete ANSWERS[action]
  for (const [action, values] of Object.entries(all)) ANSWERS[action] = { body: soapAnswer(action, values) }
}

it('reads the address and the prefix of a line with both families', async () => {
  answers({
    GetExternalIPAddress: { NewExternalIPAddress: '5.9.1.7' },
    X_AVM_DE_GetIPv6Prefix: {
      ...{ NewIPv6Prefix: '2a02:908:1:7600::', NewPrefixLength: '56' },
      ...{ NewValidLifetime: '7140', NewPreferedLifetime: '3540' },
    },
  })
  expect(await source.addresses('A', world, quiet())).toEqual(['5.9.1.7'])
  expect(await source.prefix!(world, quiet())).toEqual({ address: '2a02:908:1:7600::', length: 56 })
  expect(asked.map(({ url, type }) => [url, type])).toEqual(Array(2).fill([PATH, 'text/xml; charset="utf-8"']))
  expect(asked[0]!.body).toContain('<u:GetExternalIPAddress xmlns:u="urn:schemas-upnp-org:service:WANIPConnection:1">')
})

it('reads a line without IPv6', async () => {
  answers({
    X_AVM_DE_GetIPv6Prefix: {
      ...{ NewIPv6Prefix: '', NewPrefixLength: '0', NewValidLifetime: '0', NewPreferedLifetime: '0' },
    },
  })
  expect(await source.prefix!(world, quiet())).toBeUndefined()
})

it('reads a line of DS-Lite: connected, and without IPv4', async () => {
  answers({
    GetExternalIPAddress: { NewExternalIPAddress: '' },
    GetStatusInfo: { NewConnectionStatus: 'Connected', NewLastConnectionError: 'ERROR_NONE', NewUptime: '84211' },
  })
  expect(await source.addresses('A', world, quiet())).toEqual([])
})

it('a box that is just dialling in, or does not allow it, is a Failure', async () => {
  answers({
    GetExternalIPAddress: { NewExternalIPAddress: '0.0.0.0' },
    GetStatusInfo: { NewConnectionStatus: 'Connecting' },
  })
  const ask = () => source.addresses('A', world, quiet())
  await expect(ask()).rejects.toMatchObject({ kind: 'unavailable' })
  ANSWERS.GetExternalIPAddress = { body: soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: '' }) }
  await expect(ask()).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('Connecting') })
  ANSWERS.GetExternalIPAddress = { status: 500, body: soapFault('606') }
  await expect(ask()).rejects.toMatchObject({ kind: 'auth' })
  answers({})
  await expect(ask()).rejects.toMatchObject({ kind: 'rejected' })
})

it('endless chunks are cut off', async () => {
  const flood = createServer((_, response) => {
    const more = () => {
      while (response.write('<x>'.repeat(10_000)));
    }
    response.on('drain', more)
    more()
  })
  await once(flood.listen(49000, '127.49.0.2'), 'listening')
  try {
    const asking = parseSource('fritzbox:127.49.0.2')!.addresses('A', world, quiet())
    await expect(asking).rejects.toMatchObject({ kind: 'protocol' })
  } finally {
    flood.close().closeAllConnections()
  }
})
