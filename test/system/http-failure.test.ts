import { expect, it } from 'vitest'
import type { HttpRequest } from '../../src/ports/http.ts'
import { describeFailure } from '../../src/system/http-failure.ts'

const origin = 'https://ident.me'
const reasonOf = (code: string, also: Partial<HttpRequest> = {}) => {
  const request = { purpose: 'read', method: 'GET', url: `${origin}/`, ...also } as const
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

it('a name without an address of the family that is wanted says nothing of the way', () => {
  expect(reasonOf('ENOTFOUND', { family: 4 })).toBe('no-family')
})

it('what a proxy meets is none of this machine’s own way', () => {
  expect(reasonOf('ECONNREFUSED', { proxy: 'http://proxy.example' })).toBeUndefined()
})
