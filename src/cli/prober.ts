import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { parseEndpoint } from '../dns/endpoint.ts'
import { parseName } from '../dns/name.ts'
import type { IpAddress } from '../dns/rrset.ts'
import { allowances } from '../mail/smtp/allowance.ts'
import { examine } from '../mail/smtp/examine.ts'
import { parseProbeRequest } from '../mail/smtp/probe-request.ts'
import { formatSeen } from '../mail/smtp/seen-json.ts'
import { openClock } from '../system/clock.ts'
import { readEnvironment } from '../system/environment.ts'
import { type ProberWish, type Said, serveProber } from '../system/prober-server.ts'
import { openTcp } from '../system/tcp.ts'
import { type ExitCode, OK, TEMPORARY, USAGE } from './exit-codes.ts'
import type { Context } from './index.ts'
import { readFile } from './read-file.ts'
import { stopSignal } from './stop-signal.ts'
import type { Terminal } from './terminal.ts'

export interface ProberOptions {
  readonly listen: string
  readonly tokenFile?: string
  readonly certificate?: string
  readonly key?: string
  readonly behindProxy?: boolean
  readonly name?: string
}

const SHORTEST = 16
const MOST_AT_ONCE = 50

/** The view from outside, for others: a small HTTP service that looks at port 25 of whoever calls, and of nobody else. */
export async function prober({ terminal, keep }: Context, options: ProberOptions): Promise<ExitCode> {
  const wish = await wishOf(options)
  if (typeof wish === 'string') {
    terminal.err(`mxhome: ${wish}\n`)
    return USAGE
  }
  keep?.([wish.token])
  const stop = stopSignal()
  const helo = options.name ?? nameOf(hostname(), wish.listen.address)
  if (helo === undefined || parseName(helo.replace(/^\[.*\]$/, 'literal.example')) === undefined) {
    terminal.err(`mxhome: mail servers want a true name: give --name with the host name of this server\n`)
    return USAGE
  }
  const service = await serveProber({ ...wish, answer: answering(helo, stop) }).catch((error: Error) => error)
  if (service instanceof Error) {
    terminal.err(`mxhome: the prober ${service.message}\n`)
    return TEMPORARY
  }
  const { address, port } = service.endpoint
  const url = `${wish.tls ? 'https' : 'http'}://${address.includes(':') ? `[${address}]` : address}:${port}`
  tellStart(terminal, url, helo)
  await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }))
  await service.stop()
  return OK
}

function tellStart(terminal: Terminal, url: string, helo: string): void {
  terminal.out(`mxhome prober listens on ${url} and calls itself ${helo} to mail servers. Ctrl-C ends it.\n`)
}

/** One caller may ask ten times at once, then once a minute; only for the address that it calls from. */
function answering(helo: string, stop: AbortSignal): ProberWish['answer'] {
  const world = { tcp: openTcp(readEnvironment().env), clock: openClock(), random: Math.random }
  const { take } = allowances()
  let running = 0
  return async (caller, body, gone) => {
    const request = parseProbeRequest(body)
    if (typeof request === 'string') return { status: 400, body: request }
    if (request.address !== caller) return { status: 403, body: foreign(caller) }
    const wait = take(caller, world.clock.now())
    if (wait > 0 || running >= MOST_AT_ONCE) return tooMany(Math.max(1, Math.ceil(wait / 1000)))
    running += 1
    try {
      const way = { from: 'here', helo, stranger: true } as const
      const seen = await examine(world, request, way, AbortSignal.any([stop, gone]))
      return { status: 200, type: 'application/json', body: formatSeen(seen) }
    } finally {
      running -= 1
    }
  }
}

const foreign = (caller: IpAddress) => `this prober only looks at the address that calls it, which is ${caller}`
const tooMany = (seconds: number): Said => ({
  status: 429,
  body: `too many requests: ask again in ${seconds} s`,
  headers: { 'retry-after': String(seconds) },
})

/** A text: what is wrong with the options. */
async function wishOf(options: ProberOptions): Promise<Omit<ProberWish, 'answer'> | string> {
  const listen = parseEndpoint(options.listen, 8246)
  if (!listen) return `--listen: found "${options.listen}"; expected ADDRESS or ADDRESS:PORT, such as 127.0.0.1:8246`
  const token = await tokenOf(options)
  if (typeof token !== 'string') return token.problem
  const { certificate, key, behindProxy = false } = options
  if ((certificate === undefined) !== (key === undefined)) return '--certificate and --key belong together: give both'
  if (behindProxy && !isLoopback(listen.address))
    return '--behind-proxy: whoever reaches this port could say to be someone else; let it listen on a loopback address'
  if (!isLoopback(listen.address) && certificate === undefined)
    return `${listen.address} is no loopback address, and without TLS the token could be read on the way: give --certificate and --key, or listen on 127.0.0.1 behind a proxy that has a certificate (--behind-proxy)`
  if (certificate === undefined || key === undefined) return { listen, token, behindProxy, tls: undefined }
  const [cert, secret] = await Promise.all([readFile(certificate), readFile(key)])
  if ('error' in cert) return `--certificate: ${certificate}: ${cert.error}`
  if ('error' in secret) return `--key: ${key}: ${secret.error}`
  return { listen, token, behindProxy, tls: { cert: cert.text, key: secret.text } }
}

const isLoopback = (address: IpAddress): boolean => address === '::1' || address.startsWith('127.')

async function tokenOf({ tokenFile }: ProberOptions): Promise<string | { readonly problem: string }> {
  const { env } = readEnvironment()
  const read = tokenFile === undefined ? undefined : await readFile(tokenFile)
  if (read && 'error' in read) return { problem: `--token-file: ${tokenFile}: ${read.error}` }
  const token = (read?.text ?? env.MXHOME_PROBER_TOKEN ?? '').trim()
  if (token === '')
    return {
      problem: 'a prober needs a token, which its callers send: give --token-file, or set MXHOME_PROBER_TOKEN',
    }
  if (token.length < SHORTEST || !/^[!-~]+$/.test(token))
    return {
      problem: `the token is too weak: expected at least ${SHORTEST} printable characters without blanks, such as those of: openssl rand -hex 20`,
    }
  return token
}

/** What is said in EHLO must be true: a name with a dot, else the address literal (RFC 5321 4.1.3); that of no loopback address is. */
function nameOf(host: string, address: IpAddress): string | undefined {
  if (host.includes('.') && isIP(host) === 0) return host
  if (isLoopback(address) || address === '0.0.0.0' || address === '::') return undefined
  return address.includes(':') ? `[IPv6:${address}]` : `[${address}]`
}
