import type { Rdata, ResourceRecord } from '../dns/message.ts'
import { parseAddress } from '../dns/rrset.ts'
import { type IonosGiven, type IonosRecord, type IonosService, startIonos } from './ionos-like.ts'
import { createZone, type Zone } from './zone.ts'

/** A zone whose records lie at an IONOS-like API: what is written there, its name servers show. */
export interface HostedZone {
  readonly zone: Zone
  readonly url: () => string
  readonly records: () => readonly IonosRecord[]
  /** Requests to change something, those of the owner left out. */
  readonly writes: () => number
  /** Closes its port: connections are refused. */
  readonly goDown: () => Promise<void>
  /** At the port that it had. */
  readonly comeBack: () => Promise<void>
  /** What the owner does by hand on the provider's web page: the MX of that preference names another host. */
  readonly moveMx: (preference: number, host: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** Starts the API with the records of one zone. `apiKey`: what callers must send. */
export async function hostZone(apex: string, given: readonly IonosGiven[], apiKey: string): Promise<HostedZone> {
  let stored: readonly IonosRecord[] = []
  let zone: Zone | undefined
  let byOwner = 0
  let earlier = 0
  const onChange = (_apex: string, records: readonly IonosRecord[]) => {
    stored = records
    zone?.write(records.flatMap(resourceOf))
  }
  const start = (records: readonly IonosGiven[], port?: number) =>
    startIonos({ apiKey, zones: { [apex]: records }, port, onChange })
  let api: IonosService = await start(given)
  stored = api.records(apex)
  zone = createZone(apex, stored.flatMap(resourceOf))
  const url = api.url

  return {
    zone,
    url: () => url,
    records: () => stored,
    writes: () => earlier + writesOf(api) - byOwner,
    async goDown() {
      earlier += writesOf(api)
      await api.stop()
      api = { ...api, requests: [] }
    },
    async comeBack() {
      api = await start(stored, Number(new URL(url).port))
    },
    async moveMx(preference, host) {
      const mx = stored.find(({ type, prio }) => type === 'MX' && prio === preference)
      if (!mx) throw new RangeError(`${apex} has no MX of preference ${preference}`)
      byOwner += 1
      const headers = {
        'x-api-key': apiKey,
        'content-type': 'application/json',
        'user-agent': "the owner's browser",
        connection: 'close', // a connection kept open would not survive that the API goes down
      }
      const listed = await fetch(`${url}/v1/zones`, { headers })
      const [{ id }] = (await listed.json()) as [{ id: string }]
      const { ttl, prio, disabled } = mx
      const body = JSON.stringify({ content: host, ttl, prio, disabled })
      const changed = await fetch(`${url}/v1/zones/${id}/records/${mx.id}`, { method: 'PUT', headers, body })
      if (!changed.ok) throw new Error(`the MX could not be moved: HTTP ${changed.status}`)
    },
    close: () => api.stop(),
  }
}

const writesOf = ({ requests }: IonosService): number => requests.filter((one) => !one.startsWith('GET ')).length

/** A record of that API as name servers show it; types that they do not know are not served. */
export function resourceOf({ name, type, content, ttl, prio, disabled }: IonosRecord): ResourceRecord[] {
  const data = disabled ? undefined : rdataOf(type, content, prio)
  return data ? [{ owner: name, ttl, data }] : []
}

function rdataOf(type: string, content: string, preference: number): Rdata | undefined {
  const address = parseAddress(content)
  if ((type === 'A' || type === 'AAAA') && address) return { type, address }
  if (type === 'CNAME' || type === 'NS') return { type, target: content }
  if (type === 'MX') return { type, preference, exchange: content }
  return type === 'TXT' ? { type, strings: [content] } : undefined
}
