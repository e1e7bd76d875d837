import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { escapeXml } from '../../../src/core/xml.ts'
import {
  follows,
  readEvent,
  readNotice,
  readSubscription,
  renewing,
  subscribing,
  unsubscribing,
} from '../../../src/line/protocols/gena.ts'

const SID = 'uuid:6d78686f-6d65-4000-8000-000000000001'

it('subscribes, renews and unsubscribes as UDA 1.1 has it', () => {
  expect(subscribing('http://192.168.178.2:40000/x')).toEqual({
    callback: '<http://192.168.178.2:40000/x>',
    nt: 'upnp:event',
    timeout: 'Second-1800',
  })
  expect(renewing(SID)).toEqual({ sid: SID, timeout: 'Second-1800' })
  expect(unsubscribing(SID)).toEqual({ sid: SID })
})

it.each([
  ['Second-1800', 1_800_000],
  ['second-300', 300_000],
  [' Second-1800 ', 1_800_000],
  ['Second-infinite', 1_800_000],
  ['infinite', 1_800_000],
  ['', 1_800_000],
  ['Second--1', 1_800_000],
  ['Second-0', 60_000],
  ['Second-1', 60_000],
  ['Second-86400', 1_800_000],
  [`Second-${'9'.repeat(400)}`, 1_800_000],
])('a subscription granted for %j lasts %i ms for us', (timeout, lasts) => {
  expect(readSubscription({ status: 200, headers: { sid: SID, timeout } })).toEqual({ sid: SID, lasts })
})

it.each([
  [412, { sid: SID }, 'rejected'],
  [400, {}, 'rejected'],
  [403, {}, 'auth'],
  [500, {}, 'unavailable'],
  [200, {}, 'protocol'],
  [200, { sid: '' }, 'protocol'],
  [200, { sid: 'two words' }, 'protocol'],
  [200, { sid: 'x'.repeat(300) }, 'protocol'],
] as const)('%i %j is a Failure %s', (status, headers, kind) => {
  expect(() => readSubscription({ status, headers })).toThrow(expect.objectContaining({ kind }))
})

const NOTIFY = { nt: 'upnp:event', nts: 'upnp:propchange', sid: SID, seq: '7' }

it('reads the headers of an event', () => {
  expect(readNotice(NOTIFY)).toEqual({ sid: SID, seq: 7 })
  expect(readNotice({ ...NOTIFY, seq: '4294967295' })).toEqual({ sid: SID, seq: 4294967295 })
})

it.each([
  [400, { nt: undefined }],
  [400, { nts: undefined }],
  [412, { nt: 'upnp:other' }],
  [412, { nts: 'ssdp:alive' }],
  [412, { sid: undefined }],
  [400, { seq: undefined }],
  [400, { seq: '' }],
  [400, { seq: '-1' }],
  [400, { seq: '4294967296' }],
  [400, { seq: '99999999999' }],
])('refuses with %i where %j', (status, changed) => {
  const headers = Object.entries({ ...NOTIFY, ...changed }).filter(([, value]) => value !== undefined)
  expect(readNotice(Object.fromEntries(headers) as Record<string, string>)).toEqual({ status })
})

it.each([
  [undefined, 0, 'next'],
  [undefined, 3, 'missed'],
  [0, 1, 'next'],
  [1, 1, 'repeated'],
  [0, 0, 'repeated'],
  [1, 3, 'missed'],
  [5, 0, 'restarted'],
  [5, 1, 'restarted'],
  [4294967295, 1, 'next'],
  [4294967295, 0, 'restarted'],
] as const)('after %s, %i is %s', (last, seq, expected) => expect(follows(last, seq)).toBe(expected))

it('reads an event of miniupnpd', () => {
  const body = `<e:propertyset xmlns:e="urn:schemas-upnp-org:event-1-0" xmlns:s="urn:schemas-upnp-org:service:WANIPConnection:1"><e:property><s:PossibleConnectionTypes>IP_Routed</s:PossibleConnectionTypes></e:property><e:property><s:ConnectionStatus>Connected</s:ConnectionStatus></e:property><e:property><s:ExternalIPAddress>5.9.1.7</s:ExternalIPAddress></e:property><e:property><s:PortMappingNumberOfEntries>0</s:PortMappingNumberOfEntries></e:property></e:propertyset>`
  expect(readEvent(body)).toEqual({
    PossibleConnectionTypes: 'IP_Routed',
    ConnectionStatus: 'Connected',
    ExternalIPAddress: '5.9.1.7',
    PortMappingNumberOfEntries: '0',
  })
})

it.each([
  ['nothing', ''],
  ['HTML', '<!doctype html><html></html>'],
  ['another document', '<root><property><a/></property></root>'],
  ['an XML bomb', '<!DOCTYPE a [<!ENTITY b "bb">]><propertyset><property><x>&b;</x></property></propertyset>'],
])('%s is no event', (_, body) => expect(readEvent(body)).toBeUndefined())

it('gives the variables that were sent, and reads anything', () => {
  const text = fc.string({ unit: 'grapheme' })
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('ExternalIPAddress', 'ConnectionStatus', 'X', 'toString'), text),
      fc.string(),
      (values, junk) => {
        const properties = Object.entries(values).map(
          ([name, one]) => `<e:property><${name}>${escapeXml(one)}</${name}></e:property>`,
        )
        const trimmed = Object.entries(values).map(([name, one]) => [name, one.trim()])
        expect(readEvent(`<e:propertyset>${properties.join('')}</e:propertyset>`)).toEqual(Object.fromEntries(trimmed))
        readEvent(junk)
      },
    ),
  )
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('nt', 'nts', 'sid', 'seq', 'timeout'), fc.string()),
      fc.nat(600),
      (headers, status) => {
        readNotice(headers)
        try {
          readSubscription({ status, headers })
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Failure)
        }
      },
    ),
  )
})
