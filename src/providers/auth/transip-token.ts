import { Buffer } from 'node:buffer'
import { createPrivateKey, sign } from 'node:crypto'
import * as z from 'zod'
import { parseJson } from '../kits/json-api.ts'
import { mustSucceed, unreadable } from '../kits/status.ts'
import type { Tools } from '../provider.ts'

/** What TransIP gives a token for. */
export interface TokenRequest {
  readonly base: string
  readonly login: string
  /** PEM, RSA. */
  readonly privateKey: string
  /** The token is good only from addresses on the account's allow list. */
  readonly allowlistedOnly: boolean
}

const Answer = z.object({ token: z.string().min(1) })

/** A bearer token for half an hour: asked for by a request whose exact bytes are signed (RSASSA-PKCS1-v1_5, SHA-512). */
export async function transipToken(request: TokenRequest, { http, now, random }: Tools): Promise<string> {
  const nonce = hex(random()) + hex(random())
  const body = JSON.stringify({
    login: request.login,
    nonce,
    label: `mxhome-${nonce}`, // must be one of its own
    read_only: false,
    expiration_time: '1800 seconds',
    global_key: !request.allowlistedOnly,
  })
  const key = createPrivateKey(pemOf(request.privateKey))
  const signature = sign('sha512', Buffer.from(body), key).toString('base64')
  const headers = { accept: 'application/json', 'content-type': 'application/json', signature }
  const response = await http({ purpose: 'read', method: 'POST', url: `${request.base}/auth`, headers, body })
  mustSucceed(response, { purpose: 'read', now: now() })
  const answer = Answer.safeParse(parseJson(response.body))
  if (answer.success) return answer.data.token
  throw unreadable(response, 'read')
}

const hex = (random: number) =>
  Math.floor(random * 0x100000000)
    .toString(16)
    .padStart(8, '0')

/** In an environment variable the lines of a key are often written as one, with \n between them. */
const pemOf = (text: string) => text.replaceAll('\\n', '\n').trim()

export function isRsaKey(text: string): boolean {
  try {
    return createPrivateKey(pemOf(text)).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}
