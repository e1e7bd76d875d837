import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { isAt, isIgd, readDescription } from '../../../src/line/protocols/igd.ts'
import { description, IP1, PPP1, service } from '../../support/igd-router.ts'

const LOCATION = 'http://192.168.178.1:5000/rootDesc.xml'

it('finds the service below the gateway, its WAN device and its connection device', () => {
  expect(readDescription(description([service(IP1)]), LOCATION)).toEqual([
    { type: IP1, controlUrl: 'http://192.168.178.1:5000/ctl/IPConn', eventUrl: 'http://192.168.178.1:5000/evt/IPConn' },
  ])
})

it('finds several, and leaves out what knows no address', () => {
  const layer3 = 'urn:schemas-upnp-org:service:Layer3Forwarding:1'
  const found = readDescription(description([service(IP1), service(layer3), service(PPP1)]), LOCATION)
  expect(found.map(({ type }) => type)).toEqual([IP1, PPP1])
})

it.each([
  ['/control?x', undefined, 'http://192.168.178.1:5000/control?x'],
  ['control', undefined, 'http://192.168.178.1:5000/control'],
  ['control', 'http://192.168.178.1:80/upnp/', 'http://192.168.178.1/upnp/control'],
  ['/control', 'http://192.168.178.1:80/upnp/', 'http://192.168.178.1/control'],
  ['http://192.168.178.1:49000/control', undefined, 'http://192.168.178.1:49000/control'],
  // A base that leads elsewhere, or nowhere, is none.
  ['control', 'http://192.0.2.66/', 'http://192.168.178.1:5000/control'],
  ['control', 'http://', 'http://192.168.178.1:5000/control'],
  ['control', '', 'http://192.168.178.1:5000/control'],
])('resolves %s at the base %s', (url, base, expected) => {
  const found = readDescription(description([service(IP1, url, url)], base), LOCATION)
  expect(found).toEqual([{ type: IP1, controlUrl: expected, eventUrl: expected }])
})

const FOREIGN = [
  'http://192.0.2.66/x',
  '//192.0.2.66/x',
  'https://192.168.178.1/x',
  'file:///etc/passwd',
  'http://admin:secret@192.168.178.1/x',
  'http://[::1',
  '',
]
it.each(FOREIGN)('goes nowhere else to control: %s', (url) => {
  expect(() => readDescription(description([service(IP1, url)]), LOCATION)).toThrow(Failure)
})
it.each(FOREIGN)('subscribes nowhere else: %s', (url) => {
  expect(readDescription(description([service(IP1, '/c', url)]), LOCATION)[0]?.eventUrl).toBeUndefined()
})

const deep = `<root>${'<device><deviceList>'.repeat(5000)}${'</deviceList></device>'.repeat(5000)}</root>`
const bomb = `<!DOCTYPE root [<!ENTITY a "${'x'.repeat(99)}"><!ENTITY b "&a;&a;&a;&a;">]><root>&b;&b;&b;</root>`
it.each([
  ['nothing', ''],
  ['a web page', '<!doctype html><html><body>Please log in<br></body></html>'],
  ['XHTML', '<html><body/></html>'],
  ['an XML bomb', bomb],
  ['a thousand devices in each other', deep],
  ['a document without a device', '<root xmlns="urn:schemas-upnp-org:device-1-0"/>'],
  ['a service without a control', description([service(IP1).replace(/<controlURL>.*<\/controlURL>/, '')])],
  ['one that is cut off', description([service(IP1)]).slice(0, -9)],
])('%s is a Failure that quotes nothing', (_, xml) => {
  expect(() => readDescription(xml, LOCATION)).toThrow(
    expect.objectContaining({ kind: 'protocol', message: expect.stringMatching(/^the router's UPnP description /) }),
  )
})

it('takes no more than 16 services', () => {
  expect(readDescription(description(Array<string>(100).fill(service(IP1))), LOCATION)).toHaveLength(16)
})

it('knows a gateway and its services by their names', () => {
  const names = [IP1, PPP1, 'urn:schemas-upnp-org:device:InternetGatewayDevice:2']
  expect(names.map(isIgd)).toEqual([true, true, true])
  expect(['upnp:rootdevice', `${IP1}0x`, 'urn:schemas-upnp-org:device:MediaServer:1', ''].map(isIgd)).not.toContain(
    true,
  )
})

it.each([
  ['http://192.168.178.1:5000/rootDesc.xml', true],
  ['http://192.168.178.1/', true],
  ['http://192.168.178.2/', false],
  ['http://192.168.178.1.example.com/', false],
  ['http://192.168.178.1@192.0.2.66/', false],
  ['https://192.168.178.1/', false],
  ['file://192.168.178.1/etc/passwd', false],
  ['192.168.178.1', false],
])('a location %s is at the router: %s', (location, expected) => expect(isAt(location, '192.168.178.1')).toBe(expected))

it('gives services of this host or a Failure, whatever it reads', () => {
  const piece = fc.oneof(
    fc.constantFrom(service(IP1), service(PPP1, '//192.0.2.66/'), '<URLBase>http://192.0.2.66</URLBase>', '</device>'),
    fc.string(),
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 5 }),
      fc.constantFrom(
        'http://192.0.2.66/',
        'http://192.168.178.1:49000/x/',
        '//',
        'https://192.168.178.1',
        'data:,x',
        '',
      ),
      (pieces, base) => {
        for (const xml of [
          pieces.join(''),
          description(pieces, base),
          description(
            pieces.filter((one) => /^<s/.test(one)),
            base,
          ),
        ]) {
          try {
            for (const { controlUrl, eventUrl = controlUrl } of readDescription(xml, LOCATION)) {
              expect([controlUrl, eventUrl].map((url) => new URL(url).hostname)).toEqual(Array(2).fill('192.168.178.1'))
            }
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(Failure)
          }
        }
      },
    ),
  )
})
