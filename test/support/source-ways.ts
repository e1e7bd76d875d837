import { Failure } from '../../src/core/failure.ts'
import type { SourceWorld } from '../../src/line/source.ts'
import { type Answering, attribute, datagramsAnswering, natPmpAnswer, stunAnswer, xorMapped } from './datagrams.ts'
import { igdRouter, ROUTER, soapAnswer } from './igd-router.ts'
import { dnsWith, httpAnswering, message, sourceWorld } from './source-world.ts'

/** A world that hands a text to a source in the way that its kind has; what aborts, fails as the ports do. */
export const WAYS: Record<string, { specs: readonly string[]; world: (text: string) => SourceWorld }> = {
  http: { specs: ['http:https://ip.test/'], world: (text) => httpAnswering(200, text).world },
  'public-ip': {
    specs: ['public-ip'],
    world: (text) => sourceWorld({ publicIp: async (_, signal) => whole(text, signal) }),
  },
  command: {
    specs: ['command:/bin/address'],
    world: (text) =>
      sourceWorld({
        exec: {
          run: async ({ maxBytes }, signal) => ({ code: 0, stdout: whole(text, signal, maxBytes), stderr: '' }),
          lines: async () => {},
        },
      }),
  },
  dns: {
    specs: ['dns:myip.test/TXT/CH@192.0.2.53', 'dns:myip.test/TXT/CH@[2001:db8::53]:5353'],
    world: (text) =>
      dnsWith(async (_, signal) => message('NOERROR', [{ type: 'TXT', strings: whole(text, signal).split(/[\s,]+/) }])),
  },
}
/** A server's answer that tells an address (IPv6 with all of its groups), and what may be wrong with one. */
export const BY_DATAGRAM: Record<string, { specs: readonly string[]; telling: (address: string) => Answering }> = {
  'nat-pmp': { specs: ['nat-pmp'], telling: (address) => () => [natPmpAnswer(address)] },
  stun: {
    specs: ['stun:stun.example.net', 'stun:192.0.2.34:443', 'stun:[2001:db8::34]:443'],
    telling: (address) => (request) => [stunAnswer(request, [attribute(0x0020, xorMapped(request, address))])],
  },
}
export const worldOfDatagrams = (answering: Answering): SourceWorld => datagramsAnswering(answering).world

/** A router that is asked by SOAP, and tells that text. */
export const BY_SOAP: Record<string, { specs: readonly string[] }> = {
  upnp: { specs: ['upnp'] },
  fritzbox: { specs: ['fritzbox', 'fritzbox:192.168.178.1'] },
}
export function worldOfRouter(text: string): SourceWorld {
  const said = { body: soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: text }) }
  const state = { body: soapAnswer('GetStatusInfo', { NewConnectionStatus: 'Connecting' }) }
  const paths = ['/ctl/IPConn', '/igdupnp/control/WANIPConn1']
  const replies = paths.flatMap((path) => [
    [`POST ${path}#GetExternalIPAddress`, said] as const,
    [`POST ${path}#GetStatusInfo`, state] as const,
  ])
  const { http, search } = igdRouter(Object.fromEntries(replies))
  const blank = sourceWorld({})
  const interfaces = { ...blank.interfaces, gateway: async () => ROUTER }
  return sourceWorld({ http, udp: { ...blank.udp, search }, interfaces })
}

/** These are told nothing that could be misread: the kernel and the user speak of addresses; of a push the request was read long ago. */
export const WITHOUT_TEXT = ['interface', 'push', 'static']

function whole(text: string, signal: AbortSignal, maxBytes = 65_535): string {
  if (signal.aborted) throw new Failure('cancelled', 'aborted')
  if (text.length > maxBytes) throw new Failure('protocol', 'too long')
  return text
}
