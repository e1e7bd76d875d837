import { Buffer } from 'node:buffer'

/** The Authorization header of HTTP Basic (RFC 7617). */
export const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
