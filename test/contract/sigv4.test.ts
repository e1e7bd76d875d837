import { expect, it } from 'vitest'
import { signAws } from '../../src/providers/auth/sigv4.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET }
const scope = { region: 'us-east-1', service: 'service' }
const now = Date.UTC(2015, 7, 30, 12, 36, 0)
const HOST = 'https://example.amazonaws.com'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** AWS's published test suite for Signature Version 4. */
it.each([
  ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    '/?Param2=value2&Param1=value1',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'get-vanilla-query-unreserved',
    'GET',
    '/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
  ],
] as const)('%s', (_, method, path, signature) => {
  const { authorization, ...headers } = signAws({ method, url: HOST + path }, credentials, scope, now)
  expect(authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  )
  expect(headers).toEqual({ 'x-amz-date': '20150830T123600Z' })
})

it('post-x-www-form-urlencoded', () => {
  const request = { method: 'POST', url: `${HOST}/`, headers: FORM, body: 'Param1=value1' } as const
  const { authorization } = signAws(request, credentials, scope, now)
  expect(authorization).toContain('SignedHeaders=content-type;host;x-amz-date')
  expect(authorization).toContain('ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a')
})

it('a request to Route 53', () => {
  const url = 'https://route53.amazonaws.com/2013-04-01/hostedzonesbyname?dnsname=example.com'
  const at = Date.UTC(2026, 0, 5, 10, 0, 0)
  const { authorization } = signAws({ method: 'GET', url }, credentials, { ...scope, service: 'route53' }, at)
  expect(authorization).toContain('aacb7b89cafd1fa20a04546bca3ffbffcfa0a3069fa11867a438563b037e9dd7')
})

it('a session token is sent and signed', () => {
  const signed = signAws({ method: 'GET', url: `${HOST}/` }, { ...credentials, sessionToken: 'tok' }, scope, now)
  expect(signed['x-amz-security-token']).toBe('tok')
  expect(signed.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token')
})
