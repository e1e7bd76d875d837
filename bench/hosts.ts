import { mkdirSync, watch } from 'node:fs'
import { join } from 'node:path'
import { ionosRules } from '../src/demo/ionos-like.ts'
import { serve } from '../src/demo/loopback-http.ts'
import { parseAddress } from '../src/dns/rrset.ts'
import type { RoundDocument } from '../src/report/document.ts'
import type { Row } from './figures.ts'
import { APEX, addressAt, openFolder, openLine, USER } from './line.ts'
import { environment, mxhome, nodes, type Settings, timed } from './programs.ts'

const HOSTS = Array.from({ length: 1000 }, (_, i) => `h${i}.${APEX}`)
const NAMES_A_REQUEST = 20
const WRITES_A_REQUEST = 2
const API_KEY = 'bench.key'

/** A thousand hosts that have never been published, by one one-shot. */
export async function hosts(): Promise<readonly Row[]> {
  return [await inBatches(), await oneByOne()]
}

/** At a dyndns2 service that takes twenty names a request. */
async function inBatches(): Promise<Row> {
  const line = await openLine({ hosts: HOSTS })
  const account = {
    MXHOME_PROVIDER: 'dyn',
    MXHOME_ZONES: APEX,
    DYN_BASE_URL: line.service.url,
    DYN_USERNAME: USER.name,
    DYN_PASSWORD: USER.password,
  }
  try {
    const { published, confirmed, writes, seconds } = await publish({ ...line.settings, ...account })
    const { requests } = line.rules.counters
    const least = HOSTS.length / NAMES_A_REQUEST
    const faults = [
      published < HOSTS.length && `only ${published} published`,
      requests !== least && `${requests} requests in place of ${least}`,
      // Before and after the requests: the plan, and what the name servers showed.
      writes > WRITES_A_REQUEST * least + 2 && `${(writes / least).toFixed(1)} state writes a request`,
    ].filter((fault) => fault !== false)
    return {
      goal: `${HOSTS.length} hosts, ${NAMES_A_REQUEST} names a request`,
      figure: `${requests} requests, ${published} published, ${confirmed} confirmed, ${writes} state writes, ${seconds} s`,
      ratio: `${(writes / requests).toFixed(1)} writes a request`,
      met: faults.length === 0,
      why: faults.join('; '),
    }
  } finally {
    await line.leave()
  }
}

/** At a zone API that takes one record a request, all of them at an old address. */
async function oneByOne(): Promise<Row> {
  const line = await openLine({ hosts: [] })
  const old = HOSTS.map((name) => ({ name, type: 'A', content: addressAt(99) }))
  const shown = new Map<string, string>()
  const api = ionosRules({
    apiKey: API_KEY,
    zones: { [APEX]: old },
    onChange(_, records) {
      for (const { name, content } of records) {
        if (shown.get(name) !== content) line.zone.put(name, parseAddress(content)!)
        shown.set(name, content)
      }
    },
  })
  const service = await serve(api.answer)
  const account = {
    MXHOME_PROVIDER: 'ionos',
    MXHOME_ZONES: APEX,
    IONOS_BASE_URL: `${service.url}/dns`,
    IONOS_API_KEY: API_KEY,
  }
  try {
    const { published, confirmed, writes, seconds } = await publish({ ...line.settings, ...account })
    const { requests } = api
    const sent = requests.filter((one) => !one.startsWith('GET ')).length
    return {
      goal: `${HOSTS.length} records at a zone API without a batch`,
      figure: `${requests.length} requests (${sent} write), ${published} published, ${confirmed} confirmed, ${writes} state writes, ${seconds} s`,
      ratio: `${(writes / sent).toFixed(1)} writes a record`,
      met: published === HOSTS.length && writes <= WRITES_A_REQUEST * sent + 2,
    }
  } finally {
    await Promise.all([line.leave(), service.stop()])
  }
}

/** Variables of an adapter that no account uses would be warned of. */
const without = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !name.startsWith('DYNDNS2_')))

/** One round on the newest Node; a state write is what takes the place of state.json. */
async function publish(settings: Settings) {
  const folder = openFolder()
  const state = join(folder.path, 'state')
  mkdirSync(state, { mode: 0o700 })
  let writes = 0
  const watcher = watch(state, (event, file) => {
    if (event === 'rename' && file === 'state.json') writes += 1
  })
  try {
    const env = environment(folder.path, without({ ...settings, MXHOME_HOSTS: HOSTS.join(',') }))
    const { code, ms, output, errors } = await timed(mxhome(nodes().at(-1)!, 'update', '--json'), env, folder.path)
    if (output === '') throw new Error(`mxhome update ended with ${code}: ${errors}`)
    const { targets } = JSON.parse(output) as RoundDocument
    return {
      published: targets.filter(({ outcome }) => outcome === 'updated').length,
      confirmed: targets.filter(({ confirmation }) => confirmation?.state === 'confirmed').length,
      writes,
      seconds: (ms / 1000).toFixed(1),
    }
  } finally {
    watcher.close()
    folder.leave()
  }
}
