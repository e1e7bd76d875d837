import { Failure } from '../../src/core/failure.ts'
import { type Milliseconds, SECOND } from '../../src/core/instant.ts'
import type { Asked, Reply } from '../../src/demo/loopback-http.ts'
import type { HttpRequest, HttpResponse } from '../../src/ports/http.ts'
import type { Chance } from './chance.ts'
import type { ServiceFault } from './happenings.ts'

/** What comes of one request, and after how long. */
export interface Met {
  readonly ms: Milliseconds
  readonly come: HttpResponse | Failure
}

/** One request meets a service that has these faults: what arrives there, and what comes back. `act` does the work. */
export function meet(request: HttpRequest, faults: ReadonlySet<ServiceFault>, chance: Chance, act: () => Reply): Met {
  const writes = request.purpose === 'write'
  const after = (ms: Milliseconds, come: HttpResponse | Failure): Met => ({ ms, come })
  const broken = () => new Failure('network', 'the connection was reset', { lost: writes })
  if (faults.has('unreachable')) return after(chance.whole(1, 2000), new Failure('network', 'connection refused'))
  if (faults.has('error')) return after(80, answer(503, 'down for maintenance'))
  if (faults.has('busy')) {
    const headers: Record<string, string> = chance.happens(0.5) ? { 'retry-after': String(chance.whole(1, 7200)) } : {}
    return after(80, { status: 429, headers, body: 'too many requests' })
  }
  if (faults.has('refuses')) return after(80, refusal(request))
  if (faults.has('blocks')) return after(80, blocked(request))
  if (writes && faults.has('breaks')) throw new TypeError('undefined is not a function')
  if (faults.has('garbage'))
    return after(
      80,
      answer(
        200,
        `<html><title>Welcome. You wanted ${request.url} ${Object.values(request.headers ?? {})}</title></html>`,
      ),
    )
  if (writes && faults.has('lost-request')) return after(chance.whole(10, 2000), broken())
  const reply = act()
  if (writes && faults.has('lost-answer')) return after(chance.whole(10, 2000), broken())
  if (writes && faults.has('bad-gateway')) return after(80, answer(502, '<html>bad gateway</html>'))
  if (faults.has('late')) return after(30 * SECOND, new Failure('network', 'no answer within 30 s', { lost: writes }))
  if (writes && faults.has('twice')) act()
  const body = faults.has('cut') ? reply.body.slice(0, chance.whole(0, reply.body.length)) : reply.body
  return after(chance.whole(20, 300), { status: reply.status, headers: { ...reply.headers }, body })
}

const answer = (status: number, body: string): HttpResponse => ({ status, headers: {}, body })

/** As the services of this world refuse credentials. */
function refusal({ url }: HttpRequest): HttpResponse {
  if (url.includes('duckdns')) return answer(200, 'KO')
  if (url.includes('namecheap'))
    return answer(200, '<ApiResponse Status="ERROR"><Errors><Error Number="1011102">no</Error></Errors></ApiResponse>')
  return answer(401, /ionos|desec/.test(url) ? '{"message":"Missing or invalid API key."}' : 'badauth')
}

/** As they refuse a host that is not there. */
export function gone(server: string): Reply {
  if (/ionos|desec/.test(server)) return answer(404, '[{"code":"NOT_FOUND"}]')
  if (server.includes('namecheap'))
    return answer(
      200,
      '<ApiResponse Status="ERROR"><Errors><Error Number="2019166">gone</Error></Errors></ApiResponse>',
    )
  return answer(200, server.includes('duckdns') ? 'KO' : 'nohost')
}

const blocked = (request: HttpRequest) => (/hostname=/.test(request.url) ? answer(200, 'abuse') : refusal(request))

export const askedOf = ({ method, url, headers = {}, body = '' }: HttpRequest): Asked => ({
  method,
  url: new URL(url),
  headers: { 'user-agent': 'mxhome/1.0.0', ...headers },
  body,
})
