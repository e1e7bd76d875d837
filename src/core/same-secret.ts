import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares digests, which have one length: the time tells nothing of the secret. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
