import { describe, expect, it } from 'vitest'
import { type Row, rowsOf } from '../support/problem-rows.ts'
import { ENOUGH, load } from './load.ts'

const NOT_ADDRESS = 'an address cannot be kept up to date: give the name whose A and AAAA records shall hold it'
const LABEL = 'a'.repeat(63)
/** Of 254 characters. */
const LONG = `${LABEL}.${LABEL}.${LABEL}.${'a'.repeat(59)}.de`

describe('one wrong name', () => {
  it.each<[name: string, value: string, ...Row[]]>([
    ['MXHOME_HOSTS', '192.0.2.1', ['MXHOME_HOSTS', '"192.0.2.1"', 'a host name', NOT_ADDRESS]],
    ['MXHOME_HOSTS', '[2001:db8::1]', ['MXHOME_HOSTS', '"[2001:db8::1]"', 'a host name', NOT_ADDRESS]],
    ['MXHOME_HOSTS', '１.２.３.４', ['MXHOME_HOSTS', '"１.２.３.４"', 'a host name', NOT_ADDRESS]],
    [
      'MXHOME_HOSTS',
      '300.1.2.3',
      ['MXHOME_HOSTS', '"300.1.2.3"', 'a host name', 'this looks like an address that is not valid'],
    ],
    ['MXHOME_HOSTS', 'mail', ['MXHOME_HOSTS', '"mail"', 'a full name such as mail.example.com', 'add the domain']],
    [
      'MXHOME_HOSTS',
      'a..example.com',
      ['MXHOME_HOSTS', '"a..example.com"', 'a name without empty labels', 'remove a dot'],
    ],
    [
      'MXHOME_HOSTS',
      'ma il.example.com',
      [
        'MXHOME_HOSTS',
        '"ma il.example.com"',
        'letters, digits, hyphens and dots only',
        'remove the blank, or separate names by commas',
      ],
    ],
    [
      'MXHOME_HOSTS',
      '-a.example.com',
      ['MXHOME_HOSTS', '"-a.example.com"', 'labels that neither begin nor end with a hyphen'],
    ],
    [
      'MXHOME_HOSTS',
      'a.example.com;b.example.com',
      ['MXHOME_HOSTS', '"a.example.com;b.example.com"', 'letters, digits, hyphens and dots only'],
    ],
    [
      'MXHOME_HOSTS',
      `${LABEL}a.example.com`,
      [
        'MXHOME_HOSTS',
        `"${LABEL}a.example.com"`,
        'labels of at most 63 characters',
        'shorten the label of 64 characters: 63 are the most between two dots',
      ],
    ],
    ['MXHOME_DOMAINS', LONG, ['MXHOME_DOMAINS', `"${LONG.slice(0, 77)}..."`, 'a name of at most 253 characters']],
    [
      'MXHOME_HOSTS',
      'a.*.example.com',
      ['MXHOME_HOSTS', '"a.*.example.com"', 'a * only as the whole first label', 'write *.example.com'],
    ],
    ['MXHOME_HOSTS', 'xn--a.ü', ['MXHOME_HOSTS', '"xn--a.ü"', 'a valid internationalised name', 'check its spelling']],
    [
      'MXHOME_HOSTS',
      'https://a.example/',
      ['MXHOME_HOSTS', '"https://a.example/"', 'a host name', 'give the name alone, without a scheme or a path'],
    ],
    [
      'MXHOME_HOSTS',
      'a.example.com:25',
      ['MXHOME_HOSTS', '"a.example.com:25"', 'a host name', 'give the name alone, without a port'],
    ],
    [
      'MXHOME_DOMAINS',
      'me@example.com',
      ['MXHOME_DOMAINS', '"me@example.com"', 'a host name', 'give what stands behind the @'],
    ],
    [
      'MXHOME_DOMAINS',
      '*.example.com',
      ['MXHOME_DOMAINS', '"*.example.com"', 'a name without a *', 'write example.com'],
    ],
    [
      'MXHOME_EXCLUDE',
      'a.example.com,example.com',
      [
        'MXHOME_EXCLUDE',
        'a.example.com, which MXHOME_HOSTS lists as well',
        'hosts that are never written',
        'to have it written remove it from MXHOME_EXCLUDE, to have it left alone from MXHOME_HOSTS',
      ],
    ],
    [
      'MXHOME_ZONES',
      'example.net',
      [
        'MXHOME_HOSTS',
        'a.example.com, outside the zones of every account',
        'a name in example.net',
        'add its zone to MXHOME_ZONES',
      ],
    ],
  ])('%s=%s', async (name, value, ...rows) => {
    const env = { ...ENOUGH, MXHOME_HOSTS: 'a.example.com', [name]: value }
    const loaded = await load({ env })
    expect(rowsOf(loaded)).toEqual(rows)
    expect(loaded.config).toBeUndefined()
  })
})
