import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addressType, parseAddress } from '../../src/dns/rrset.ts'
import { parseBlock, whyNotPublic } from '../../src/dns/special-purpose.ts'
import { ip } from '../support/targets.ts'

/** Block, RFC, first and last address, and the public ones next to it. */
const ROWS: readonly (readonly [string, string, string, string, ...string[]])[] = [
  ['0.0.0.0/8', '791', '0.0.0.1', '0.255.255.255', '1.0.0.0'],
  ['0.0.0.0/32', '1122', '0.0.0.0', '0.0.0.0'],
  ['10.0.0.0/8', '1918', '10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
  ['100.64.0.0/10', '6598', '100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
  ['127.0.0.0/8', '1122', '127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
  ['169.254.0.0/16', '3927', '169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
  ['172.16.0.0/12', '1918', '172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
  ['192.0.0.0/24', '6890', '192.0.0.11', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
  ['192.0.0.0/29', '7335', '192.0.0.0', '192.0.0.7'],
  ['192.0.0.8/32', '7600', '192.0.0.8', '192.0.0.8'],
  ['192.0.0.9/32', '7723', '192.0.0.9', '192.0.0.9'],
  ['192.0.0.10/32', '8155', '192.0.0.10', '192.0.0.10'],
  ['192.0.0.170/32', '7050', '192.0.0.170', '192.0.0.170'],
  ['192.0.0.171/32', '7050', '192.0.0.171', '192.0.0.171'],
  ['192.0.2.0/24', '5737', '192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
  ['192.31.196.0/24', '7535', '192.31.196.0', '192.31.196.255', '192.31.195.255', '192.31.197.0'],
  ['192.52.193.0/24', '7450', '192.52.193.0', '192.52.193.255', '192.52.192.255', '192.52.194.0'],
  ['192.88.99.0/24', '7526', '192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
  ['192.88.99.2/32', '6751', '192.88.99.2', '192.88.99.2'],
  ['192.168.0.0/16', '1918', '192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
  ['192.175.48.0/24', '7534', '192.175.48.0', '192.175.48.255', '192.175.47.255', '192.175.49.0'],
  ['198.18.0.0/15', '2544', '198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
  ['198.51.100.0/24', '5737', '198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
  ['203.0.113.0/24', '5737', '203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
  ['224.0.0.0/4', '5771', '224.0.0.0', '239.255.255.255', '223.255.255.255'],
  ['240.0.0.0/4', '1112', '240.0.0.0', '255.255.255.254'],
  ['255.255.255.255/32', '919', '255.255.255.255', '255.255.255.255'],
  ['::/0', '4291', '0:1::', '64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['::/0', '4291', '4000::', '5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['::/96', '4291', '::2', '::ffff:ffff'],
  ['::/128', '4291', '::', '::'],
  ['::1/128', '4291', '::1', '::1'],
  ['64:ff9b::/96', '6052', '64:ff9b::', '64:ff9b::ffff:ffff'],
  ['64:ff9b:1::/48', '8215', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['100::/64', '6666', '100::', '100::ffff:ffff:ffff:ffff'],
  ['100:0:0:1::/64', '9780', '100:0:0:1::', '100:0:0:1:ffff:ffff:ffff:ffff'],
  [
    '2001::/23',
    '2928',
    '2001:5::',
    '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:200::',
  ],
  ['2001::/32', '4380', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:1::1/128', '7723', '2001:1::1', '2001:1::1'],
  ['2001:1::2/128', '8155', '2001:1::2', '2001:1::2'],
  ['2001:1::3/128', '9665', '2001:1::3', '2001:1::3'],
  ['2001:2::/48', '5180', '2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff'],
  ['2001:3::/32', '7450', '2001:3::', '2001:3:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:4:112::/48', '7535', '2001:4:112::', '2001:4:112:ffff:ffff:ffff:ffff:ffff'],
  ['2001:10::/28', '4843', '2001:10::', '2001:1f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:20::/28', '7343', '2001:20::', '2001:2f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:30::/28', '9374', '2001:30::', '2001:3f:ffff:ffff:ffff:ffff:ffff:ffff'],
  [
    '2001:db8::/32',
    '3849',
    '2001:db8::',
    '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:db9::',
  ],
  [
    '2002::/16',
    '3056',
    '2002::',
    '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2003::',
  ],
  [
    '2620:4f:8000::/48',
    '7534',
    '2620:4f:8000::',
    '2620:4f:8000:ffff:ffff:ffff:ffff:ffff',
    '2620:4f:7fff:ffff:ffff:ffff:ffff:ffff',
    '2620:4f:8001::',
  ],
  [
    '3fff::/20',
    '9637',
    '3fff::',
    '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff',
    '3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '3fff:1000::',
  ],
  ['5f00::/16', '9602', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fc00::/7', '4193', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fe80::/10', '4291', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fec0::/10', '3879', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['ff00::/8', '4291', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
]

it.each(ROWS)('%s (RFC %s) is refused from %s to %s', (block, rfc, first, last, ...beside) => {
  expect(whyNotPublic(ip(first))).toMatchObject({ block, rfc: `RFC ${rfc}` })
  expect(whyNotPublic(ip(last))).toMatchObject({ block, rfc: `RFC ${rfc}` })
  for (const address of beside) expect(whyNotPublic(ip(address)), address).toBeUndefined()
})

it('allows 2000::/3 from its first address on', () => {
  expect(whyNotPublic(ip('1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'))?.name).toBe('not assigned')
  expect(whyNotPublic(ip('2000::'))).toBeUndefined()
})

it.each(['8.8.8.0', '8.8.8.255', '1.1.1.1', '93.184.216.34', '2606:4700:4700::1111', '2a02:908::1'])(
  '%s is public',
  (address) => expect(whyNotPublic(ip(address))).toBeUndefined(),
)

it.each([
  ['100.64.0.1', 'behind-cgnat'],
  ['192.0.0.2', 'behind-cgnat'],
  ['10.1.2.3', 'double-nat'],
  ['172.20.0.1', 'double-nat'],
  ['192.168.178.1', 'double-nat'],
  ['192.0.0.9', undefined],
  ['169.254.1.1', undefined],
])('%s says of the line: %s', (address, explain) => expect(whyNotPublic(ip(address))?.explain).toBe(explain))

it('accepts an allowed block and nothing beside it', () => {
  const allow = ['203.0.113.0/24', '2001:db8:1::/48', '10.0.0.7']
  expect(whyNotPublic(ip('203.0.113.255'), allow)).toBeUndefined()
  expect(whyNotPublic(ip('203.0.112.1'), allow)).toBeUndefined()
  expect(whyNotPublic(ip('2001:db8:1::1'), allow)).toBeUndefined()
  expect(whyNotPublic(ip('10.0.0.7'), allow)).toBeUndefined()
  expect(whyNotPublic(ip('198.51.100.1'), allow)).toBeDefined()
  expect(whyNotPublic(ip('2001:db8:2::1'), allow)).toBeDefined()
  expect(whyNotPublic(ip('10.0.0.8'), allow)).toBeDefined()
})

it('lets no IPv6 block allow an IPv4 address', () => {
  expect(whyNotPublic(ip('10.0.0.1'), ['::/0', '::ffff:0:0/96'])).toBeDefined()
})

it('ignores an allowed block that it cannot read', () => {
  expect(whyNotPublic(ip('10.0.0.1'), ['10.0.0.0/33', '10', 'all', ''])).toBeDefined()
})

it.each([
  ['10.0.0.0/8', { address: '10.0.0.0', prefix: 8, family: 'ipv4' }],
  ['0.0.0.0/0', { address: '0.0.0.0', prefix: 0, family: 'ipv4' }],
  [' 2001:DB8::/32 ', { address: '2001:db8::', prefix: 32, family: 'ipv6' }],
  ['192.0.2.1', { address: '192.0.2.1', prefix: 32, family: 'ipv4' }],
  ['192.0.2.0 /24', { address: '192.0.2.0', prefix: 24, family: 'ipv4' }],
  ['::ffff:0:0/96', { address: '::ffff:0:0', prefix: 96, family: 'ipv6' }],
  ['10.0.0.0/33', undefined],
  ['2001:db8::/129', undefined],
  ['10.0.0/8', undefined],
  ['10.0.0.0/', undefined],
  ['10.0.0.0/8/8', undefined],
  ['fe80::1%eth0/64', undefined],
])('the block %s', (text, block) => expect(parseBlock(text)).toEqual(block))

const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 })

it('refuses IPv4 exactly where the table has a row', () => {
  const inTable = (given: readonly number[]) => {
    const [a = 0, b = 0, c = 0] = given
    if (a === 0 || a === 10 || a === 127 || a >= 224) return true
    if (a === 100) return b >= 64 && b < 128
    if (a === 169) return b === 254
    if (a === 172) return b >= 16 && b < 32
    if (a === 198) return b === 18 || b === 19 || (b === 51 && c === 100)
    if (a === 203) return b === 0 && c === 113
    if (a !== 192) return false
    return b === 168 || [`0.0`, '0.2', '31.196', '52.193', '88.99', '175.48'].includes(`${b}.${c}`)
  }
  const near = fc.tuple(
    fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 203, 224, 255, 8),
    fc.constantFrom(0, 16, 18, 31, 51, 52, 64, 88, 128, 168, 175, 254),
    fc.constantFrom(0, 2, 48, 99, 100, 113, 193, 196, 255),
    fc.nat(255),
  )
  fc.assert(
    fc.property(fc.oneof(bytes, near), (given) => {
      expect(whyNotPublic(ip(given.join('.'))) !== undefined).toBe(inTable(given))
    }),
    { numRuns: 2000 },
  )
})

it('never finds an address outside 2000::/3 public', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const address = parseAddress(text)
      if (!address || addressType(address) === 'A' || /^[23][0-9a-f]{3}:/.test(address)) return
      expect(whyNotPublic(address)).toBeDefined()
    }),
  )
})

it.each([
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0db8::0001', '2001:db8::1'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['0:0:0:0:0:FFFF:CB00:7107', '203.0.113.7'],
  ['::ffff:0:1.2.3.4', '::ffff:0:102:304'],
  ['::ffff:0.0.0.10', '0.0.0.10'],
  ['192.0.2.1', '192.0.2.1'],
])('the canonical form of %s is %s', (text, canonical) => {
  expect(parseAddress(text)).toBe(canonical)
  expect(addressType(parseAddress(text)!)).toBe(canonical.includes(':') ? 'AAAA' : 'A')
})

it.each([
  '010.1.2.3',
  '0x7f.1',
  '127.1',
  '1.2.3',
  '1.2.3.4 ',
  'fe80::1%eth0',
  '[::1]',
  '::ffff:1.2.3',
  ':::',
  '',
  '1.2.3.4/32',
])('%j is no address', (text) => expect(parseAddress(text)).toBeUndefined())

it('parses what it has made to the same', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const address = parseAddress(text)!
      expect(parseAddress(address)).toBe(address)
    }),
  )
})
