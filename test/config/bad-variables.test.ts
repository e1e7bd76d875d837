import { describe, expect, it } from 'vitest'
import { NUMBER, type Row, rowsOf, SOURCES } from '../support/problem-rows.ts'
import { ENOUGH, load } from './load.ts'

const DURATION = 'a duration from 1ms to 366d, such as 500ms, 30s, 5m, 1h or 2d'
const BLOCK = 'a block of addresses such as 10.0.0.0/8 or fd00::/8'
const SERVER = 'the address of a name server: ADDRESS, ADDRESS:PORT or [IPV6]:PORT'

describe('one wrong variable', () => {
  it.each<[name: string, value: string, ...Row[]]>([
    ['MXHOME_IPV4', 'maybe', ['MXHOME_IPV4', '"maybe"', 'on or off']],
    ['MXHOME_IPV4', 'off', ['MXHOME_IPV4, MXHOME_IPV6', 'both off', 'at least one of them on']],
    ['MXHOME_QUORUM', '0', ['MXHOME_QUORUM', '"0"', NUMBER(100)]],
    [
      'MXHOME_QUORUM',
      '4',
      [
        'MXHOME_QUORUM',
        '4',
        'at most the number of sources in MXHOME_IP_SOURCES, which is 3',
        'lower it, or name more sources',
      ],
    ],
    ['MXHOME_TTL', '2147483648', ['MXHOME_TTL', '"2147483648"', NUMBER(2147483647)]],
    ['MXHOME_TTL', '1.5', ['MXHOME_TTL', '"1.5"', NUMBER(2147483647)]],
    ['MXHOME_DRIFT_INTERVAL', '30', ['MXHOME_DRIFT_INTERVAL', '"30"', `${DURATION}, or off`, 'add a unit: 30s']],
    ['MXHOME_REFRESH_INTERVAL', '5 weeks', ['MXHOME_REFRESH_INTERVAL', '"5 weeks"', `${DURATION}, or off`]],
    [
      'MXHOME_CONFIRM_TIMEOUT',
      '2h',
      ['MXHOME_CONFIRM_TIMEOUT', '"2h"', DURATION.replace('366d', '1h').replace(', 1h or 2d', ' or 1h')],
    ],
    [
      'MXHOME_CONFIRM_TIMEOUT',
      'off',
      ['MXHOME_CONFIRM_TIMEOUT', '"off"', DURATION.replace('366d', '1h').replace(', 1h or 2d', ' or 1h')],
    ],
    [
      'MXHOME_SCHEDULE',
      'hourly',
      ['MXHOME_SCHEDULE', '"hourly"', 'a cron expression of five or six fields, such as */5 * * * *'],
    ],
    [
      'MXHOME_SCHEDULE',
      '99 * * * *',
      ['MXHOME_SCHEDULE', '"99 * * * *"', 'a cron expression of five or six fields, such as */5 * * * *'],
    ],
    [
      'MXHOME_WATCH',
      'roter',
      ['MXHOME_WATCH', '"roter"', 'auto, off, or one or more of kernel, router and probe', 'did you mean router?'],
    ],
    [
      'MXHOME_LOG_LEVEL',
      'warning',
      ['MXHOME_LOG_LEVEL', '"warning"', 'one of error, warn, info, debug', 'the nearest known one is warn'],
    ],
    ['MXHOME_ALLOW_ADDRESSES', '10.0.0.0/33', ['MXHOME_ALLOW_ADDRESSES', '"10.0.0.0/33"', BLOCK]],
    ['MXHOME_ALLOW_ADDRESSES', '10.0.0.0/8/8', ['MXHOME_ALLOW_ADDRESSES', '"10.0.0.0/8/8"', BLOCK]],
    ['MXHOME_ALLOW_ADDRESSES', 'fd00::/129', ['MXHOME_ALLOW_ADDRESSES', '"fd00::/129"', BLOCK]],
    ['MXHOME_ALLOW_ADDRESSES', 'lan', ['MXHOME_ALLOW_ADDRESSES', '"lan"', BLOCK]],
    ['MXHOME_RESOLVERS', 'dns.example', ['MXHOME_RESOLVERS', '"dns.example"', SERVER]],
    ['MXHOME_NAMESERVERS', '1.1.1.1:70000', ['MXHOME_NAMESERVERS', '"1.1.1.1:70000"', SERVER]],
    [
      'MXHOME_LISTEN',
      'localhost:80',
      ['MXHOME_LISTEN', '"localhost:80"', 'ADDRESS:PORT such as 127.0.0.1:8245, or off', 'write 127.0.0.1:80'],
    ],
    [
      'MXHOME_LISTEN',
      '0.0.0.0',
      [
        'MXHOME_LISTEN',
        '0.0.0.0',
        'a loopback address such as 127.0.0.1, or a token beside it',
        'set MXHOME_LISTEN_TOKEN, which callers then have to send',
      ],
    ],
    [
      'MXHOME_LISTEN_TOKEN',
      'two words',
      ['MXHOME_LISTEN_TOKEN', '(hidden)', 'printable ASCII characters without spaces'],
    ],
    [
      'MXHOME_IP_SOURCES',
      'stun:stun.example:0',
      [
        'MXHOME_IP_SOURCES',
        '"stun:stun.example:0"',
        'stun:HOST[:PORT] with a name or an address, such as stun:stun.nextcloud.com',
      ],
    ],
    ['MXHOME_IP_SOURCES', 'nat-pmp:192.168.178.1', ['MXHOME_IP_SOURCES', '"nat-pmp:192.168.178.1"', 'nat-pmp alone']],
    [
      'MXHOME_IP_SOURCES',
      'https://ip.example',
      [
        'MXHOME_IP_SOURCES',
        '"https://ip.example"',
        'http: and a URL, such as http:https://api.ipify.org',
        'put http: in front of the URL',
      ],
    ],
    [
      'MXHOME_IP_SOURCES',
      'http:ftp://u:pw@a',
      ['MXHOME_IP_SOURCES', '(hidden)', 'http: and a URL, such as http:https://api.ipify.org'],
    ],
    [
      'MXHOME_IP_SOURCES',
      'http:ftp://a?k=s',
      ['MXHOME_IP_SOURCES', '"http:ftp://a?(hidden)"', 'http: and a URL, such as http:https://api.ipify.org'],
    ],
    ['MXHOME_IP_SOURCES', 'publicip', ['MXHOME_IP_SOURCES', '"publicip"', SOURCES, 'did you mean public-ip?']],
    ['MXHOME_IP_SOURCES', 'static:home', ['MXHOME_IP_SOURCES', '"static:home"', 'static: and an IPv4 or IPv6 address']],
    ['MXHOME_IP_SOURCES', ',', ['MXHOME_IP_SOURCES', 'an empty list', SOURCES]],
    [
      'MXHOME_PROVIDER',
      'ionoss',
      ['MXHOME_PROVIDER', '"ionoss"', "a provider's id", 'did you mean ionos? "mxhome providers" lists all'],
    ],
    [
      'MXHOME_PROVIDER',
      'ionos,noip',
      ['MXHOME_PROVIDER', '"ionos,noip"', 'one provider', 'list several accounts in YAML, under providers'],
    ],
    [
      'IONOS_BASE_URL',
      'dns.example',
      ['IONOS_BASE_URL', '"dns.example"', 'a URL that begins with http:// or https://'],
    ],
    [
      'IONOS_CA_BUNDLE',
      '/none',
      ['IONOS_CA_BUNDLE', '/none: no such file', 'a PEM file of certificates that can be read'],
    ],
    [
      'IONOS_CA_BUNDLE',
      '/text',
      ['IONOS_CA_BUNDLE', '/text, which holds no certificate', 'a PEM file of certificates that can be read'],
    ],
    [
      'IONOS_APIKEY',
      'x',
      ['IONOS_APIKEY', 'an unknown variable', 'the name of a setting', 'did you mean IONOS_API_KEY?'],
    ],
    [
      'MXHOME_QUORM',
      '2',
      ['MXHOME_QUORM', 'an unknown variable', 'the name of a setting', 'did you mean MXHOME_QUORUM?'],
    ],
    [
      'MXHOME_TTL_FILE',
      '/none',
      ['MXHOME_TTL_FILE', '/none: no such file', 'a file that can be read', 'correct the path, or make the file'],
    ],
    ['MXHOME_TTL_FILE', '/empty', ['MXHOME_TTL_FILE', '/empty, which is empty', 'a file that holds the value']],
    [
      'IONOS_API_KEY_FILE',
      '/text',
      ['IONOS_API_KEY', 'IONOS_API_KEY and IONOS_API_KEY_FILE', 'one of the two', 'remove one of them'],
    ],
  ])('%s=%s', async (name, value, ...rows) => {
    const env = { ...ENOUGH, MXHOME_HOSTS: 'a.example.com', [name]: value }
    const loaded = await load({ env, files: { '/text': 'text', '/empty': '\n' } })
    expect(rowsOf(loaded)).toEqual(rows)
    expect(loaded.config).toBeUndefined()
  })

  it.each(['MXHOME_NOTIFY', 'MXHOME_ON_CHANGE', 'MXHOME_HEARTBEAT'])(
    '%s does not exist, and the nearest one that does is named',
    async (name) => {
      const [problem, ...more] = (await load({ env: { ...ENOUGH, [name]: 'x' } })).problems
      expect(problem).toMatchObject({ setting: name, found: 'an unknown variable' })
      expect(problem?.remedy).toMatch(/ MXHOME_[A-Z_]+\??$/)
      expect(more).toEqual([])
    },
  )
})
