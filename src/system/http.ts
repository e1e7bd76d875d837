import { isIP } from 'node:net'
import { arch, platform } from 'node:os'
import { versions } from 'node:process'
import type { AxiosResponse } from 'axios'
import { Failure } from '../core/failure.ts'
import { SECOND } from '../core/instant.ts'
import type { Http, HttpRequest, HttpResponse } from '../ports/http.ts'
import { describeFailure } from './http-failure.ts'
import type { Progress } from './http-transport.ts'

const DEFAULT_TIMEOUT = 30 * SECOND
const DEFAULT_BYTES = 1024 * 1024

/** Real HTTP by axios, which is loaded with the first request. No message names more of a request than its origin. */
export function openHttp({ version }: { readonly version: string }): Http {
  // Services block clients without a telling name, and long ones (some refuse more than 100 bytes).
  const userAgent = `mxhome/${version} (${platform()}; ${arch()}; node ${versions.node.split('.')[0]})`
  return async (request, signal) => {
    const url = parseUrl(request)
    refuseHeaders(request, url.origin)
    const authorities = request.caBundle === undefined ? undefined : await authoritiesOf(request.caBundle)
    const progress: Progress = { sent: false }
    const ended = new AbortController()
    const abort = () => ended.abort()
    const timeout = request.timeout ?? DEFAULT_TIMEOUT
    const timer = setTimeout(abort, timeout)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    try {
      const { openTransport } = await import('./http-transport.ts')
      const transport = await openTransport(request, authorities, progress, ended.signal)
      const response = await ask(request, userAgent, transport, ended.signal)
      if (progress.tunnel === undefined || progress.tunnel === 200) return responseOf(response)
      // What the proxy said about itself must not be read as the service's answer.
      throw new Failure('network', `the proxy would not connect to ${url.origin}: it answered ${progress.tunnel}`)
    } catch (thrown) {
      if (thrown instanceof Failure) throw thrown
      const lost = request.purpose === 'write' && progress.sent
      if (signal.aborted) throw new Failure('cancelled', `stopped while asking ${url.origin}`, { lost })
      if (ended.signal.aborted)
        throw new Failure('network', `${url.origin}: no answer within ${timeout / SECOND} s`, {
          lost,
          reason: 'silent',
        })
      throw describeFailure(thrown, { request, origin: url.origin, progress, lost })
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
  }
}

const authoritiesOf = async (file: string) => (await import('./authorities.ts')).readAuthorities(file)

async function ask(
  { method, url, headers, body, family, maxBytes }: HttpRequest,
  userAgent: string,
  transport: object,
  signal: AbortSignal,
): Promise<AxiosResponse<unknown>> {
  const { default: axios } = await import('axios')
  const own = Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() !== 'user-agent')
  const named = own.some(([name]) => name.toLowerCase() === 'content-type')
  return axios.request({
    method,
    url,
    ...(body !== undefined && { data: body }),
    // `false` keeps axios from calling every body a form.
    headers: {
      accept: '*/*',
      ...(named ? {} : { 'content-type': false }),
      ...Object.fromEntries(own),
      'user-agent': userAgent,
    },
    ...(family && { family }),
    transport,
    signal,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: maxBytes ?? DEFAULT_BYTES,
    responseType: 'text',
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
    validateStatus: () => true,
  })
}

function parseUrl({ url, family, proxy }: HttpRequest): URL {
  if (proxy !== undefined && !/^https?:$/.test(URL.canParse(proxy) ? new URL(proxy).protocol : '')) {
    throw new Failure('unsupported', 'the proxy is not a URL: expected http://HOST:PORT or https://HOST:PORT')
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') {
    throw new Failure('unsupported', 'an address to ask is not a URL: expected https://HOST/... or http://HOST/...')
  }
  const literal = isIP(parsed.hostname.replace(/^\[|\]$/g, ''))
  if (family && literal !== 0 && literal !== family) {
    throw new Failure(
      'network',
      `${parsed.origin} is an IPv${literal} address, but only IPv${family} may be used here`,
      {
        reason: 'no-family',
      },
    )
  }
  return parsed
}

/** axios leaves out what may not stand in a header, and would send other credentials than those that were given. */
function refuseHeaders({ headers = {} }: HttpRequest, origin: string): void {
  for (const [name, value] of Object.entries(headers)) {
    if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value.trim())) continue
    const remedy = 'look for line breaks and foreign characters in the settings of the account'
    throw new Failure('unsupported', `${origin}: no header can hold what ${name} should (${remedy}); nothing was sent`)
  }
}

/** Repeated header fields are joined by a comma, as RFC 9110 5.3 has it. */
const responseOf = ({ status, headers, data }: AxiosResponse<unknown>): HttpResponse => ({
  status,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
  body: typeof data === 'string' ? data : '',
})
