import { Buffer } from 'node:buffer'
import { generateKeyPairSync } from 'node:crypto'
import { providerSettings } from '../../src/config/provider-settings.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import type { Provider } from '../../src/providers/provider.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PEM = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
/** Of the key's own text, where no canary can be put in. */
const IN_PEM = PEM.split('\n')[3]!.slice(8, 40)

/** Characters that every encoding writes in its own way stand at the end. */
export const canary = (...of: string[]) => `C4NARY_${of.join('_').replaceAll('-', '_')}/+="`

/** Whatever of a canary stands in a text: as it is, cut off, or in base64. */
export function leaksIn(text: string): readonly string[] {
  const runs = text.match(/[A-Za-z0-9+/_-]{12,}={0,2}/g) ?? []
  const decoded = runs.flatMap((run) => [0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), 'base64').toString()))
  const found = [text, ...decoded].flatMap((one) => one.match(/C4NA[\w-]*/gi) ?? [])
  return [...new Set([...found, ...(text.includes(IN_PEM) ? ['the private key'] : [])])]
}

type Values = Readonly<Record<string, unknown>>

/** What a secret must look like where any text will not do. */
function formOf(id: string, name: string, base: string): string {
  const own = canary(id, name)
  const plain = own.replace(/[^\w]/g, '')
  const forms: Record<string, string> = {
    'transip privateKey': PEM,
    'rfc2136 keySecret': Buffer.from(own.padEnd(33, '_')).toString('base64'),
    'ionos-dyndns updateUrl': `${base}/dns/v1/dyndns?q=${plain}`,
    'freedns key': plain,
    'freedns ipv6Key': plain,
    'url template': `${base}/${plain}_path/set?ip={ipv4}&ip6={ipv6}&h={host}&key=${plain}_query`,
    'url headers': `X-Key: ${plain}_header`,
    'url body': JSON.stringify({ key: `${plain}_body` }),
  }
  return forms[`${id} ${name}`] ?? own
}

/** Of settings that are not secret: what the forms of some want. */
const NEEDED: Readonly<Record<string, Values>> = {
  command: {},
  'namecheap-api': { clientIp: '192.0.2.10' },
  'namecheap-dyndns': { domain: 'namecheap-dyndns.example' },
  rfc2136: { keyName: 'mxhome', zone: 'rfc2136.example' },
  url: { method: 'POST', username: 'anna' },
}

export interface Planted {
  /** As mxhome.yaml takes them. */
  readonly accounts: readonly Values[]
  readonly hosts: readonly Values[]
}

/**
 * One account of every adapter at a service on loopback, with a canary in every secret setting. `urls`: canaries also in the
 * addresses of service and proxy.
 */
export async function plant(base: string, program: string, urls: boolean): Promise<Planted> {
  const accounts: Values[] = []
  const hosts: Values[] = []
  for (const id of providerIds) {
    const provider = (await loadProvider(id))!
    const zone = provider.ownZonesOnly ? provider.suffixes![0]! : `${id}.example`
    accounts.push({ use: id, zones: [`mail.${zone}`], ...settingsFor(provider, base, program, urls) })
    hosts.push({ name: `mail.${zone}`, ...(provider.cannot?.AAAA !== undefined && { types: ['A'] }) })
  }
  return { accounts, hosts }
}

function settingsFor(provider: Provider, base: string, program: string, urls: boolean): Values {
  const { id } = provider
  const given = providerSettings(provider).flatMap(({ name, secret, required }) => {
    if (secret) return [[name, formOf(id, name, base)]]
    return required ? [[name, `a-${name}`]] : []
  })
  // Keys and tokens rather than user name and password, where both can be given.
  const settings = { ...Object.fromEntries(given), ...NEEDED[id], ...(id === 'command' && { program }) }
  if (id === 'command') return settings
  if (provider.scheme === 'dns') return { ...settings, baseUrl: 'dns://127.0.0.1:9' }
  if (!urls) return { ...settings, baseUrl: base }
  const user = (name: string) => base.replace('//', `//anna:${encodeURIComponent(canary(id, name))}@`)
  const address = id === 'dyndns2' ? { server: user('server') } : { baseUrl: user('baseUrl') }
  return { ...settings, ...address, proxy: user('proxy') }
}
