import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether the header is `Bearer` and this token. Compares digests, which have one length: the time tells nothing of it. */
export function isToken(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(.+)$/i.exec(header ?? '')?.[1]
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given ?? ''), digest(token)) && given !== undefined
}
