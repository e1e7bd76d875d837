import { createHash, createHmac } from 'node:crypto'
import type { Instant } from '../../core/instant.ts'
import type { HttpRequest } from '../../ports/http.ts'

/** Temporary credentials have a session token. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** Where the signature is good: `us-east-1` and `route53`. */
export interface AwsScope {
  readonly region: string
  readonly service: string
}

type Signable = Pick<HttpRequest, 'method' | 'url' | 'body'> & { readonly headers?: HttpRequest['headers'] }

const ALGORITHM = 'AWS4-HMAC-SHA256'

/**
 * The headers of a request signed by AWS Signature Version 4, in a header; all given headers and the host are signed.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signAws(
  request: Signable,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
  { region, service }: AwsScope,
  now: Instant,
): Record<string, string> {
  const url = new URL(request.url)
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  const date = time.slice(0, 8)
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-date': time,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  }
  const signed = Object.entries({ ...headers, host: url.host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/\s+/g, ' ')] as const)
    .toSorted(([one], [other]) => compare(one, other))
  const names = signed.map(([name]) => name).join(';')
  const canonical = [
    request.method,
    pathOf(url),
    queryOf(url),
    ...signed.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(request.body ?? ''),
  ].join('\n')
  const scope = `${date}/${region}/${service}/aws4_request`
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`)
  const signature = hmac(key, [ALGORITHM, time, scope, sha256(canonical)].join('\n')).toString('hex')
  const authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  return { ...headers, authorization }
}

/** What the URL has encoded is encoded once more, by the rule of every service but S3. */
const pathOf = ({ pathname }: URL) => pathname.split('/').map(encoded).join('/')

const queryOf = ({ searchParams }: URL) =>
  [...searchParams]
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .toSorted(([name, value], [other, its]) => compare(name, other) || compare(value, its))
    .map((pair) => pair.join('='))
    .join('&')

/** All but the unreserved characters of RFC 3986. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
