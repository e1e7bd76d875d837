import * as z from 'zod'
import { Failure } from '../../core/failure.ts'
import { publishDyndns2, updateUrl } from '../kits/dyndns2.ts'
import { baseOf, noServer, serverSetting } from '../kits/own-server.ts'
import { type Provider, secret } from '../provider.ts'

const Settings = z.strictObject({
  server: serverSetting('https://dyn.example.net'),
  path: z
    .string()
    .regex(/^\/\S*$/, 'expected a path that begins with a slash')
    .optional()
    .meta({ description: 'Path of the update script; /nic/update unless given' }),
  username: z.string().optional().meta({ description: 'User name; may be empty', example: '<username>' }),
  password: secret('Password or token'),
  families: z
    .enum(['myip-list', 'myipv6', 'separate'])
    .optional()
    .meta({ description: 'How both families are sent: myip-list (default), myipv6, or separate requests' }),
})
type Settings = z.infer<typeof Settings>

const NO_SERVER = noServer('DYNDNS2')

/** Any server that speaks dyndns2; what it does to a family that is left out nobody knows. */
export const dyndns2: Provider<Settings> = {
  id: 'dyndns2',
  name: 'Any server that speaks dyndns2',
  docs: 'https://help.dyn.com/remote-access-api/perform-update/',
  writes: { together: true },
  facts: { sure: 'documented', verified: '2026-11', doubt: 'servers differ in what they make of the protocol' },
  endpoint: '',
  settings: Settings,
  traits: { readable: false, leftOut: 'unknown', hostsPerRequest: 1, spacing: 0 },
  problem: (access) => (baseOf(access) === '' ? NO_SERVER : undefined),
  async *publish({ rrsets, ...access }, tools) {
    const base = baseOf(access)
    if (base === '') throw new Failure('rejected', NO_SERVER)
    const { path = '/nic/update', username = '', password, families = 'myip-list' } = access.settings
    yield* publishDyndns2(rrsets, { url: updateUrl(base, path), username, password, families }, tools)
  },
}
