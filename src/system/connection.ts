import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import { Failure } from '../core/failure.ts'
import { type Milliseconds, SECOND } from '../core/instant.ts'
import type { Connection, TlsSeen } from '../ports/tcp.ts'

const MOST = 64 * 1024
/** A chain is a handful; one that leads back to its beginning ends here. */
const MOST_CERTIFICATES = 20

/** Bytes as they are asked for, over whatever carries them. `where` names the other side in messages; `end` lets go of the carrier. */
export function connectionOver(carrier: Duplex, where: string, end: () => void): Connection {
  let stream = carrier
  let broken: Error | undefined
  const listen = (one: Duplex) =>
    one.on('error', (error) => {
      broken ??= error
    })
  listen(carrier)
  const taken = () => (stream.readableLength > 0 ? stream.read(Math.min(stream.readableLength, MOST)) : stream.read(0))

  async function read(timeout: Milliseconds, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const done = (): Uint8Array | 'end' | undefined => {
      const bytes: Buffer | null = taken()
      if (bytes) return new Uint8Array(bytes)
      if (broken) throw brokenBy(broken, where)
      return stream.readableEnded || stream.destroyed ? 'end' : undefined
    }
    const silence = `${where} said nothing for ${timeout / SECOND} s`
    const told = await waitFor(stream, ['readable', 'end', 'error', 'close'], done, { timeout, signal, silence, where })
    return told === 'end' ? undefined : told
  }

  const write = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      stream.write(bytes, (error) => (error ? reject(brokenBy(broken ?? error, where)) : resolve()))
    })

  async function secure(name: string, timeout: Milliseconds, signal: AbortSignal): Promise<TlsSeen> {
    if (stream.readableLength > 0) {
      throw new Failure('protocol', `${where} sent more before the TLS handshake than it was asked for`)
    }
    const tls = connectTls({
      socket: carrier,
      ...(isIP(name) === 0 && { servername: name }),
      rejectUnauthorized: false, // what is wrong with the certificate is what is asked
      checkServerIdentity: () => undefined,
    })
    let ready = false
    tls.once('secureConnect', () => {
      ready = true
    })
    stream = tls
    listen(tls)
    const done = () => {
      if (broken) throw brokenBy(broken, where)
      if (ready) return tls
      if (tls.readableEnded || tls.destroyed) throw new Failure('network', `${where} ended the TLS handshake`)
      return undefined
    }
    const silence = `${where} did not end the TLS handshake within ${timeout / SECOND} s`
    return seenOf(
      await waitFor(tls, ['secureConnect', 'end', 'error', 'close'], done, { timeout, signal, silence, where }),
      where,
    )
  }

  const close = () => {
    stream.destroy()
    carrier.destroy()
    end()
  }
  return { read, write, secure, close }
}

interface Patience {
  readonly timeout: Milliseconds
  readonly signal: AbortSignal
  /** Said when the time is over. */
  readonly silence: string
  readonly where: string
}

/** What `done` gives, asked now and at each of the events; rejects with what it throws, when the time is over and on abort. */
function waitFor<T>(
  stream: Duplex,
  events: readonly string[],
  done: () => T | undefined,
  { timeout, signal, silence, where }: Patience,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (how: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', look)
      for (const event of events) stream.off(event, look)
      how()
    }
    const late = () => settle(() => reject(new Failure('network', silence, { reason: 'silent' })))
    const look = () => {
      try {
        if (signal.aborted) throw new Failure('cancelled', `stopped while ${where} was asked`)
        const told = done()
        if (told !== undefined) settle(() => resolve(told))
      } catch (thrown) {
        settle(() => reject(thrown))
      }
    }
    const timer = setTimeout(late, timeout)
    signal.addEventListener('abort', look)
    for (const event of events) stream.on(event, look)
    look()
  })
}

function seenOf(tls: TLSSocket, where: string): TlsSeen {
  const reason: unknown = tls.authorizationError
  try {
    return {
      protocol: tls.getProtocol() ?? 'unknown',
      cipher: tls.getCipher().name,
      chain: chainOf(tls.getPeerCertificate(true)),
      untrusted: tls.authorized ? undefined : codeOf(reason) || String(reason),
    }
  } catch (cause) {
    throw new Failure('protocol', `the certificate of ${where} cannot be read`, { cause })
  }
}

/** The root is its own issuer. */
function chainOf(first: DetailedPeerCertificate): readonly Uint8Array[] {
  const chain: Uint8Array[] = []
  for (let one = first; one?.raw && chain.length < MOST_CERTIFICATES; one = one.issuerCertificate) {
    chain.push(new Uint8Array(one.raw))
    if (one.issuerCertificate === one) break
  }
  return chain
}

function brokenBy(error: Error, where: string): Failure {
  const code = codeOf(error)
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') {
    return new Failure('protocol', `${where} does not speak TLS where a handshake was due`, { cause: error })
  }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_OSSL')) {
    return new Failure('protocol', `the TLS handshake with ${where} failed (${code})`, { cause: error })
  }
  const text = code === 'ECONNRESET' || code === 'EPIPE' ? 'broke the connection off' : `: ${code || error.message}`
  return new Failure('network', `${where} ${text}`.replace(' :', ':'), { cause: error })
}

export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error
    ? String(error.code)
    : typeof error === 'string'
      ? error
      : ''
