import { isSameSecret } from '../core/same-secret.ts'

/** Whether the header is `Bearer` and this token. */
export function isToken(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(.+)$/i.exec(header ?? '')?.[1]
  return isSameSecret(given ?? '', token) && given !== undefined
}
