import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { resourceOf } from '../../src/demo/hosted-zone.ts'
import { type IonosGiven, startIonos } from '../../src/demo/ionos-like.ts'
import { startNameServer } from '../../src/demo/name-server.ts'
import { createZone } from '../../src/demo/zone.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import { mxhome, openFolder, type Settings } from './program.ts'

export const DOMAIN = 'example.com'
const KEY = 'prefix.secret'
export const GIVEN: readonly IonosGiven[] = [
  { name: DOMAIN, type: 'NS', content: 'ns1.example.com' },
  { name: DOMAIN, type: 'MX', content: 'mail.example.com', prio: 20, ttl: 1800 },
  { name: DOMAIN, type: 'MX', content: 'old.example.com', prio: 30, ttl: 1800 },
  { name: DOMAIN, type: 'MX', content: 'off.example.com', prio: 40, ttl: 1800, disabled: true },
  { name: DOMAIN, type: 'A', content: '203.0.113.80' },
  { name: DOMAIN, type: 'TXT', content: 'v=spf1 mx -all' },
  { name: `sub.${DOMAIN}`, type: 'MX', content: 'mail.example.com', prio: 10 },
  { name: 'ns1.example.com', type: 'A', content: '127.0.0.1' },
  ...['mail', 'backup', 'third', 'fourth', 'fifth'].map((host, i) => {
    return { name: `${host}.example.com`, type: 'A', content: `203.0.113.${i + 1}` }
  }),
  { name: 'six.example.com', type: 'AAAA', content: '2001:db8::6' },
  { name: 'alias.example.com', type: 'CNAME', content: 'mail.example.com' },
]

/** `10 mail.example.com` as a wish in YAML. */
const wishOf = (text: string) => {
  const [preference, host] = text.split(' ')
  return { host, preference: Number(preference) }
}

/** The strict IONOS server with a zone, name servers that show it, and the program to write MX records there. */
export async function openMxStage() {
  const folder = openFolder()
  const shown = createZone(DOMAIN, [])
  const show = (records: ReturnType<typeof service.records>) => shown.write(records.flatMap(resourceOf))
  const service = await startIonos({ apiKey: KEY, zones: { [DOMAIN]: GIVEN }, onChange: (_, records) => show(records) })
  show(service.records())
  const authority = await startNameServer({ zones: [shown] })
  const resolver = await startNameServer({ zones: [shown], role: 'resolver' })
  const settings: Settings = {
    IONOS_API_KEY: KEY,
    IONOS_BASE_URL: service.url,
    MXHOME_NAMESERVERS: describeEndpoint(authority.endpoint),
    MXHOME_RESOLVERS: describeEndpoint(resolver.endpoint),
    MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24, 2001:db8::/32',
    MXHOME_CONFIRM_TIMEOUT: '2s',
  }
  const file = join(folder.path, 'mxhome.yaml')
  const mx = () => service.records().filter(({ name, type, disabled }) => name === DOMAIN && type === 'MX' && !disabled)

  /** Writes the configuration. `account`: of IONOS unless given. */
  function want(wanted: readonly string[] | undefined, account: object = { use: 'ionos', zones: [DOMAIN] }): void {
    const domain = wanted === undefined ? DOMAIN : { name: DOMAIN, mx: wanted.map(wishOf) }
    writeFileSync(file, JSON.stringify({ domains: [domain], providers: [account] }), { mode: 0o600 })
  }

  async function run(args: readonly string[], more: Settings = {}) {
    const from = service.requests.length
    const ended = await mxhome(args, { ...settings, ...more }, folder.path)
    const writes = service.requests.slice(from).filter((request) => !request.startsWith('GET '))
    return { ...ended, said: ended.stdout + ended.stderr, writes }
  }
  return {
    folder,
    service,
    authority,
    settings,
    want,
    run,
    /** `mxhome mx apply --yes` with this wish. */
    apply(wanted: readonly string[], more: Settings = {}) {
      want(wanted)
      return run(['mx', 'apply', '--yes'], more)
    },
    held: () => mx().map(({ prio, content }) => `${prio} ${content}`),
    mx,
    /** All that is not the MX RRset of the domain, ids and dates included; of its disabled records the content. */
    neighbours: () =>
      JSON.stringify([
        service.records().filter(({ name, type }) => !(name === DOMAIN && type === 'MX')),
        service.records().flatMap(({ name, type, disabled, content, prio, ttl }) => {
          return name === DOMAIN && type === 'MX' && disabled ? [{ content, prio, ttl }] : []
        }),
      ]),
    /** As at the start. */
    async reset() {
      want(['20 mail.example.com', '30 old.example.com'])
      const headers = { 'x-api-key': KEY, 'user-agent': 'the owner', connection: 'close' }
      const [zone] = (await (await fetch(`${service.url}/v1/zones`, { headers })).json()) as [{ id: string }]
      const records = GIVEN.filter(({ name, type }) => name === DOMAIN && type === 'MX')
      await fetch(`${service.url}/v1/zones/${zone.id}`, { method: 'PATCH', headers, body: JSON.stringify(records) })
    },
    async close() {
      await Promise.all([service.stop(), authority.close(), resolver.close()])
      folder.leave()
    },
  }
}

export type MxStage = Awaited<ReturnType<typeof openMxStage>>
