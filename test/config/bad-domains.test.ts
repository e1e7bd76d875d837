import { expect, it } from 'vitest'
import { type Row, rowsOf } from '../support/problem-rows.ts'
import { load } from './load.ts'

const RECORD = 'an MX record such as {host: mail.example.com, preference: 10}'
const PREFERENCE = 'a whole number from 0 to 65535'

it.each<[domains: string, ...Row[]]>([
  [
    '[{mx: []}]',
    ['domains[0].mx', 'an empty list', RECORD],
    ['domains[0].name', 'nothing', 'a domain name such as example.com'],
  ],
  ['[{name: a.example, mx: mail.a.example}]', ['domains[0].mx', 'text', RECORD]],
  [
    '[{name: a.example, mx: [mail.a.example, [10]]}]',
    ['domains[0].mx[0]', 'text', RECORD],
    ['domains[0].mx[1]', 'a list', RECORD],
  ],
  ['[{name: a.example, mx: [{host: mail.a.example}]}]', ['domains[0].mx[0].preference', 'nothing', PREFERENCE]],
  [
    '[{name: a.example, mx: [{host: mail.a.example, preference: 65536}]}]',
    ['domains[0].mx[0].preference', '65536', PREFERENCE],
  ],
  [
    '[{name: a.example, mx: [{host: 192.0.2.1, preference: 10}]}]',
    [
      'domains[0].mx[0].host',
      '"192.0.2.1"',
      'a host name',
      'an MX names a host, never an address (1&1 and others refuse such mail): give the name that has the A record',
    ],
  ],
  [
    '[{name: a.example, mx: [{host: ., preference: 0}]}]',
    [
      'domains[0].mx[0].host',
      '"."',
      'a host name',
      'a null MX (the domain takes no mail) cannot be wanted here: leave the domain out of "domains", and make it at the provider',
    ],
  ],
  [
    '[{name: a.example, mx: [{host: mail, preference: 10, prio: 1}]}]',
    ['domains[0].mx[0].host', '"mail"', 'a full name such as mail.example.com', 'add the domain'],
    ['domains[0].mx[0].prio', 'an unknown key', 'a known key', 'the nearest known one is host'],
  ],
  [
    '[a.example, {name: A.example, mx: [{host: mail.a.example, preference: 10}]}]',
    ['domains', 'a.example with different wishes', 'each name once'],
  ],
])('domains: %s', async (domains, ...rows) => {
  const loaded = await load({ yaml: `domains: ${domains}\nproviders: [{use: ionos, apiKey: k}]` })
  expect(rowsOf(loaded)).toEqual(rows)
  expect(loaded.config).toBeUndefined()
})
