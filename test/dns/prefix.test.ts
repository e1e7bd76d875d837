import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOfBytes, bytesOfAddress } from '../../src/dns/address-bytes.ts'
import { describeSuffix, joinSuffix, parsePrefix, parseSuffix, prefixOf, type Suffix } from '../../src/dns/prefix.ts'
import { ip } from '../support/targets.ts'

describe('parsePrefix', () => {
  it.each([
    ['2001:db8:1:2::/64', { address: '2001:db8:1:2::', length: 64 }],
    ['2001:DB8:1:2:3::9/64', { address: '2001:db8:1:2::', length: 64 }],
    ['2001:db8:1:2ff::/56', { address: '2001:db8:1:200::', length: 56 }],
    ['2001:db8::1/128', { address: '2001:db8::1', length: 128 }],
    ['2001:db8::/0', undefined],
    ['2001:db8::/129', undefined],
    ['2001:db8::', undefined],
    ['192.0.2.0/24', undefined],
    ['fe80::1%eth0/64', undefined],
    ['', undefined],
  ])('%s', (text, prefix) => expect(parsePrefix(text)).toEqual(prefix))
})

describe('parseSuffix', () => {
  it.each<[string, unknown]>([
    ['::25', { address: '::25', length: 64 }],
    ['::25/56', { address: '::25', length: 56 }],
    ['0:0:0:0:72ad:8fbb:a54e:bedd/64', { address: '::72ad:8fbb:a54e:bedd', length: 64 }],
    ['::1:0:0:0:25/56', { address: '::1:0:0:0:25', length: 56 }],
    ['::ffff:0:25', { address: '::ffff:0:25', length: 64 }],
    // RFC 4291, appendix A: 34-56-78-9A-BC-DE
    ['mac:34:56:78:9a:bc:de', { address: '::3656:78ff:fe9a:bcde', length: 64 }],
    ['mac:00:11:22:33:44:55', { address: '::211:22ff:fe33:4455', length: 64 }],
    ['MAC:00-11-22-33-44-55/64', { address: '::211:22ff:fe33:4455', length: 64 }],
    ['::', 'zero'],
    ['::/56', 'zero'],
    ['::1:0:0:0:0/56', 'subnet'],
    ['::1:0:0:0:25', 'bits-in-prefix'],
    ['2001:db8::25', 'bits-in-prefix'],
    ['::100:0:0:0:25/56', 'bits-in-prefix'],
    ['::25/128', 'length'],
    ['::25/15', 'length'],
    ['::25/', 'form'],
    ['25', 'form'],
    ['192.0.2.25', 'form'],
    ['', 'form'],
    ['mac:00:11:22:33:44', 'mac'],
    ['mac:00:11:22:33:44:5g', 'mac'],
    ['mac:00:11-22:33:44:55', 'mac'],
    ['mac:', 'mac'],
    ['mac:00:11:22:33:44:55/56', 'mac-length'],
    ['mac:01:00:5e:00:00:01', 'mac-group'],
    ['mac:00:00:00:00:00:00', 'mac-group'],
  ])('%s', (text, suffix) => expect(parseSuffix(text)).toEqual(suffix))
})

describe('joinSuffix', () => {
  it.each([
    ['2001:db8:1:2::/64', '::25', '2001:db8:1:2::25'],
    ['2001:db8:1:200::/56', '::1:0:0:0:25/56', '2001:db8:1:201::25'],
    ['2001:db8:1:2::/64', 'mac:00:11:22:33:44:55', '2001:db8:1:2:211:22ff:fe33:4455'],
    // the network's number comes from the suffix
    ['2001:db8:1:2ff::/64', '::5:0:0:0:25/56', '2001:db8:1:205::25'],
    // of a delegated /56 the network is not known
    ['2001:db8:1:200::/56', '::25', undefined],
  ])('%s and %s', (prefix, suffix, joined) =>
    expect(joinSuffix(parsePrefix(prefix)!, parseSuffix(suffix) as Suffix)).toBe(joined),
  )
})

describe('as properties', () => {
  const address = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(addressOfBytes)
  const length = fc.integer({ min: 16, max: 127 })
  const bits = (one: string) =>
    [...bytesOfAddress(ip(one) ?? (one as never))].map((byte) => byte.toString(2).padStart(8, '0')).join('')

  it('the first bits are the prefix, the others the suffix, nothing else', () => {
    fc.assert(
      fc.property(address, address, length, (line, host, at) => {
        const head = prefixOf(host, at)
        const tail = addressOfBytes(bytesOfAddress(host).map((byte, i) => byte ^ bytesOfAddress(head.address)[i]!))
        const suffix = parseSuffix(`${tail}/${at}`)
        fc.pre(typeof suffix !== 'string')
        const joined = joinSuffix(prefixOf(line, at), suffix as Suffix)!
        expect(bits(joined)).toBe(bits(line).slice(0, at) + bits(host).slice(at))
        // a longer prefix of the same line gives the same
        expect(joinSuffix(prefixOf(line, 128), suffix as Suffix)).toBe(joined)
        expect(joinSuffix(prefixOf(line, at - 1), suffix as Suffix)).toBeUndefined()
        expect(parseSuffix(describeSuffix(suffix as Suffix))).toEqual(suffix)
      }),
    )
  })

  it('what is accepted leaves the prefix alone, and nothing throws', () => {
    const odd = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789abcdef:/.mac-') }))
    fc.assert(
      fc.property(odd, (text) => {
        parsePrefix(text)
        const suffix = parseSuffix(text)
        if (typeof suffix === 'string') return
        expect(prefixOf(suffix.address, suffix.length).address).toBe('::')
        expect(suffix.address).not.toBe('::')
      }),
      { numRuns: 2000 },
    )
  })
})
