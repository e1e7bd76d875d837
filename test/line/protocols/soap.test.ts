import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { readSoap, soapRequest } from '../../../src/line/protocols/soap.ts'
import { IP1, soapAnswer, soapFault } from '../../support/igd-router.ts'

it('asks as UPnP has it', () => {
  const { method, headers, body } = soapRequest(IP1, 'GetExternalIPAddress')
  expect(method).toBe('POST')
  expect(headers).toEqual({
    'content-type': 'text/xml; charset="utf-8"',
    soapaction: '"urn:schemas-upnp-org:service:WANIPConnection:1#GetExternalIPAddress"',
  })
  expect(body).toContain(`<s:Body><u:GetExternalIPAddress xmlns:u="${IP1}"></u:GetExternalIPAddress></s:Body>`)
})

it('reads an answer of miniupnpd', () => {
  const body = soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: '5.9.1.7' })
  expect(readSoap({ status: 200, body }, 'GetExternalIPAddress')).toEqual({ NewExternalIPAddress: '5.9.1.7' })
})

it('reads an answer of a FRITZ!Box', () => {
  const body = `<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">
<s:Body>
<u:X_AVM_DE_GetExternalIPv6AddressResponse xmlns:u="urn:schemas-upnp-org:service:WANIPConnection:1">
<NewExternalIPv6Address>2a02:908:1::a96:d7ff:fe00:1</NewExternalIPv6Address>
<NewPrefixLength>64</NewPrefixLength>
<NewValidLifetime>7140</NewValidLifetime>
<NewPreferedLifetime>3540</NewPreferedLifetime>
</u:X_AVM_DE_GetExternalIPv6AddressResponse>
</s:Body>
</s:Envelope>`
  expect(readSoap({ status: 200, body }, 'X_AVM_DE_GetExternalIPv6Address')).toEqual({
    NewExternalIPv6Address: '2a02:908:1::a96:d7ff:fe00:1',
    NewPrefixLength: '64',
    NewValidLifetime: '7140',
    NewPreferedLifetime: '3540',
  })
})

const failureOf = (status: number, body: string): Failure => {
  try {
    return readSoap({ status, body }, 'GetStatusInfo') as never
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown
    throw thrown
  }
}

it.each([
  ['401', 'unsupported', 'it does not know that action (UPnP error 401)'],
  ['402', 'protocol', 'it expects other arguments (UPnP error 402)'],
  ['501', 'unavailable', 'it could not do it now (UPnP error 501)'],
  ['606', 'auth', 'it allows that to nobody who is not logged in (UPnP error 606)'],
  ['799', 'unavailable', 'it failed (UPnP error 799)'],
  ['toString', 'unavailable', 'it failed'],
  ['', 'unavailable', 'it failed'],
])('a fault %s is a Failure %s', (code, kind, words) => {
  for (const status of [500, 200]) {
    const failure = failureOf(status, soapFault(code))
    expect(failure).toMatchObject({ kind, message: `the router refused GetStatusInfo: ${words}` })
  }
})

it.each([
  [500, '', 'unavailable'],
  [503, '<html/>', 'unavailable'],
  [404, '<html/>', 'rejected'],
  [401, 'S3CR3T', 'auth'],
  [403, '', 'auth'],
  [302, '', 'protocol'],
  [200, '', 'protocol'],
  [200, '<!DOCTYPE html><html><body>S3CR3T</body></html>', 'protocol'],
  [200, '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;&b;</a>', 'protocol'],
  [200, soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: '5.9.1.7' }), 'protocol'],
  [200, soapAnswer('GetStatusInfo', {}).slice(0, -4), 'protocol'],
])('%s with %j is a Failure %s that quotes nothing', (status, body, kind) => {
  const failure = failureOf(status, body)
  expect(failure.kind).toBe(kind)
  expect(failure.message).not.toContain('S3CR3T')
})

it('gives the values that were sent', () => {
  const text = fc.string({ unit: 'grapheme' })
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('NewConnectionStatus', 'NewUptime', 'New', 'toString'), text),
      (values) => {
        const body = soapAnswer('GetStatusInfo', values)
        const trimmed = Object.entries(values).map(([name, one]) => [name, one.trim()])
        expect(readSoap({ status: 200, body }, 'GetStatusInfo')).toEqual(Object.fromEntries(trimmed))
      },
    ),
  )
})

it('reads anything as values or a Failure', () => {
  const whole = soapAnswer('GetStatusInfo', { NewConnectionStatus: 'Connected' })
  const cut = fc.tuple(fc.nat(whole.length), fc.string()).map(([at, more]) => whole.slice(0, at) + more)
  fc.assert(
    fc.property(fc.oneof(fc.string(), cut), fc.integer({ min: 100, max: 599 }), (body, status) => {
      try {
        readSoap({ status, body }, 'GetStatusInfo')
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Failure)
      }
    }),
  )
})
