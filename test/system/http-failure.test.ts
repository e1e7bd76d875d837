import { expect, it } from 'vitest'
import { describeFailure } from '../../src/system/http-failure.ts'

const origin = 'https://ident.me'
const reasonOf = (code: string, proxy?: string) => {
  const request = { purpose: 'read', method: 'GET', url: `${origin}/`, ...(proxy && { proxy }) } as const
  return describeFailure({ code }, { request, origin, progress: { sent: false }, lost: false }).reason
}

it.each([
  ['ECONNREFUSED', 'refused'],
  ['ETIMEDOUT', 'silent'],
  ['EHOSTUNREACH', 'silent'],
  ['EAI_AGAIN', 'silent'],
  ['ENETUNREACH', 'no-route'],
  ['ENOTFOUND', undefined], // of any family
  ['ECONNRESET', undefined],
  ['CERT_HAS_EXPIRED', undefined],
])('%s: %s', (code, reason) => expect(reasonOf(code)).toBe(reason))

it('what a proxy meets is none of this machine’s own way', () => {
  expect(reasonOf('ECONNREFUSED', 'http://proxy.example')).toBeUndefined()
})
