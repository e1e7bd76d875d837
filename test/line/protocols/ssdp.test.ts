import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readAnnouncement, readFound, searchMessage } from '../../../src/line/protocols/ssdp.ts'

const bytes = (...lines: string[]) => new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`)
const IGD = 'urn:schemas-upnp-org:device:InternetGatewayDevice:1'

it('writes a search as UDA 1.1 has it', () => {
  expect(new TextDecoder().decode(searchMessage(IGD, 2))).toBe(
    `M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 2\r\nST: ${IGD}\r\n\r\n`,
  )
})

it('reads an answer of miniupnpd', () => {
  const answer = bytes(
    'HTTP/1.1 200 OK',
    'CACHE-CONTROL: max-age=120',
    `ST: ${IGD}`,
    `USN: uuid:6d78686f-6d65-4000-8000-726f75746572::${IGD}`,
    'EXT:',
    'SERVER: Debian/6.18 UPnP/1.1 MiniUPnPd/2.3.1',
    'LOCATION: http://192.168.178.1:5000/rootDesc.xml',
    'OPT: "http://schemas.upnp.org/upnp/1/0/"; ns=01',
    '01-NLS: 1764000000',
    'BOOTID.UPNP.ORG: 1764000000',
  )
  expect(readFound(answer)).toEqual({ target: IGD, location: 'http://192.168.178.1:5000/rootDesc.xml' })
  expect(readAnnouncement(answer)).toBeUndefined()
})

it('takes names in any case, blanks as they come, and lines that end with LF alone', () => {
  const answer = new TextEncoder().encode(`HTTP/1.0 200 \nlocation:http://192.0.2.1/d\nSt :  ${IGD} \n`)
  expect(readFound(answer)).toEqual({ target: IGD, location: 'http://192.0.2.1/d' })
})

it.each([
  ['an error', ['HTTP/1.1 412 Precondition Failed', `ST: ${IGD}`, 'LOCATION: http://192.0.2.1/']],
  ['no location', ['HTTP/1.1 200 OK', `ST: ${IGD}`]],
  ['an empty location', ['HTTP/1.1 200 OK', `ST: ${IGD}`, 'LOCATION:']],
  ['no target', ['HTTP/1.1 200 OK', 'LOCATION: http://192.0.2.1/']],
  ['a search', ['M-SEARCH * HTTP/1.1', `ST: ${IGD}`, 'LOCATION: http://192.0.2.1/']],
  ['too long an answer', ['HTTP/1.1 200 OK', `ST: ${IGD}`, `LOCATION: http://192.0.2.1/${'x'.repeat(9000)}`]],
])('%s is no answer', (_, lines) => expect(readFound(bytes(...lines))).toBeUndefined())

const notify = (...lines: string[]) => bytes('NOTIFY * HTTP/1.1', 'HOST: 239.255.255.250:1900', ...lines)

it('reads announcements', () => {
  expect(readAnnouncement(notify(`NT: ${IGD}`, 'NTS: ssdp:alive', 'BOOTID.UPNP.ORG: 7'))).toEqual({
    kind: 'alive',
    about: IGD,
    boot: '7',
  })
  expect(readAnnouncement(notify(`NT: ${IGD}`, 'NTS: ssdp:byebye'))).toEqual({ kind: 'byebye', about: IGD })
})

it('an update speaks of the number to come', () => {
  const update = notify(`NT: ${IGD}`, 'NTS: ssdp:update', 'BOOTID.UPNP.ORG: 7', 'NEXTBOOTID.UPNP.ORG: 8')
  expect(readAnnouncement(update)).toEqual({ kind: 'update', about: IGD, boot: '8' })
})

it.each([
  ['of another kind', notify(`NT: ${IGD}`, 'NTS: upnp:propchange')],
  ['named like what every object has', notify(`NT: ${IGD}`, 'NTS: toString')],
  ['about nothing', notify('NTS: ssdp:alive')],
  ['that is a search', searchMessage(IGD, 1)],
])('takes no announcement %s', (_, message) => expect(readAnnouncement(message)).toBeUndefined())

it('reads any bytes without a throw', () => {
  const lines = fc.array(fc.oneof(fc.string(), fc.constantFrom('NT: x', 'NTS: ssdp:alive', 'ST: y', 'LOCATION: z')))
  const message = fc
    .tuple(fc.constantFrom('NOTIFY * HTTP/1.1', 'HTTP/1.1 200 OK', ''), lines)
    .map(([start, rest]) => bytes(start, ...rest))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 10_000 }), message), (some) => {
      const [found, said] = [readFound(some), readAnnouncement(some)]
      expect(found === undefined || said === undefined).toBe(true)
    }),
  )
})

it('finds what was searched for in its own search', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[!-~]{1,80}$/), fc.stringMatching(/^[!-~]{1,80}$/), (target, location) => {
      expect(readFound(bytes('HTTP/1.1 200 OK', `LOCATION: ${location}`, `ST: ${target}`))).toEqual({
        target,
        location,
      })
    }),
  )
})
