import { Buffer } from 'node:buffer'
import { type ErrorKind, Failure } from '../../core/failure.ts'
import { SECOND } from '../../core/instant.ts'
import type { HttpResponse } from '../../ports/http.ts'
import { checkTrace, notCloudflares } from '../cloudflare.ts'
import { onlyAddressIn } from '../only-address.ts'
import type { IpSource } from '../source.ts'

const LIMITS = { timeout: 5 * SECOND, maxBytes: 64 * 1024 }

/** `http:URL`: a service that tells the caller's address, asked over the wanted family. */
export function http(rest: string | undefined): IpSource | undefined {
  const url = urlOf(rest ?? '')
  if (!url) return undefined
  const id = idOf(url)
  const headers = { accept: 'text/plain, application/json;q=0.9, */*;q=0.5', ...authorizationOf(url) }
  const target = targetOf(url)
  return {
    id,
    view: 'outside',
    types: ['A', 'AAAA'],
    addresses: async (type, world, signal) => {
      const family = type === 'A' ? 4 : 6
      const response = await world
        .http({ purpose: 'read', method: 'GET', url: target, headers, family, ...LIMITS }, signal)
        .catch((thrown: unknown) => {
          throw namedOnce(Failure.from(thrown), url.origin, id)
        })
      const body = bodyOf(response, id)
      checkTrace(body, url.hostname, id)
      return notCloudflares(onlyAddressIn(body, type, id), id)
    },
  }
}

function urlOf(text: string): URL | undefined {
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined
}

/** For logs and messages: without what may be secret. */
function idOf({ origin, pathname, search }: URL): string {
  return `http:${origin}${pathname === '/' ? '' : pathname}${search ? '?...' : ''}`
}

/** The port names the origin it asked; the source's own name holds that already. */
function namedOnce(failure: Failure, origin: string, id: string): Failure {
  if (!failure.message.startsWith(`${origin}: `)) return failure
  return new Failure(failure.kind, id + failure.message.slice(origin.length), failure)
}

function targetOf(url: URL): string {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  bare.hash = ''
  return bare.href
}

/** A URL's user name and password are percent-encoded, Basic's are not; a `%` that encodes nothing is meant as it is. */
function authorizationOf({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {}
  const pair = [username, password].map(decoded).join(':')
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function bodyOf({ status, headers, body }: HttpResponse, id: string): string {
  if (status >= 300 && status < 400) {
    throw new Failure(
      'protocol',
      `${id}: answered ${status}, a redirect, which is not followed; name the final address`,
    )
  }
  if (status < 200 || status > 299) {
    const retryAfter = /^\d+$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) : undefined
    throw new Failure(kindOf(status), `${id}: answered ${describe(status)}`, { retryAfter })
  }
  return body
}

function kindOf(status: number): ErrorKind {
  if (status === 429) return 'rate-limited'
  if (status === 401 || status === 403) return 'auth'
  if (status === 408 || status >= 500) return 'unavailable'
  return status >= 400 ? 'rejected' : 'protocol'
}

const describe = (status: number) => (status === 429 ? '429: it is asked too often' : String(status))
