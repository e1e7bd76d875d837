// `npm run soak -- --rounds 20000 [--limit 5]`: the built daemon, round after round without a rest; what it holds must not grow.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { serve } from '../../src/demo/loopback-http.ts'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { startDaemon } from '../support/program.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20000' }, limit: { type: 'string', default: '5' } },
})
const [rounds, limit] = [Number(values.rounds), Number(values.limit)]
const HOST = 'home.dyn.example'
/** A new address now and then: it is published, confirmed, written down. */
const ADDRESS_EVERY = 50
const SAMPLE_EVERY = 20

interface Sample {
  readonly round: number
  readonly rssKiB: number
  readonly handles: number
  readonly files: number
}

let address = ''
const line = await openDyndnsLine([HOST])
line.zone.setRRset('dyn.example', 'MX', [{ type: 'MX', preference: 10, exchange: HOST }])
const tells = await serve(() => ({ status: 200, body: address }))
const news = (round: number) => {
  const nth = Math.floor(round / ADDRESS_EVERY)
  address = `198.18.${(nth >> 8) & 255}.${nth & 255}`
  line.address(address)
}
news(0)
const port = await freePort()
const daemon = startDaemon(
  {
    ...line.settings,
    MXHOME_DOMAINS: 'dyn.example',
    MXHOME_IP_SOURCES: `${line.settings.MXHOME_IP_SOURCES},http:${tells.url}/`,
    MXHOME_SCHEDULE: '0 0 1 1 *',
    MXHOME_LOG_LEVEL: 'debug', // a line for each round, to count them by
    MXHOME_LOG_FORMAT: 'json',
  },
  line.folder.path,
  port,
)
const proc = `/proc/${daemon.child.pid}`

function sampleAt(round: number): Sample {
  const links = readdirSync(`${proc}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`${proc}/fd/${fd}`)]
    } catch {
      return [] // closed meanwhile
    }
  })
  const [, rss = 'NaN'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`${proc}/status`, 'utf8')) ?? []
  return {
    round,
    rssKiB: Number(rss),
    handles: links.length,
    files: links.filter((link) => link.startsWith('/')).length,
  }
}

const samples: Sample[] = []
const since = Date.now()
const row = (cells: readonly unknown[]) => console.log(cells.map((cell) => String(cell).padStart(10)).join(' '))
const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length

/** Of the samples since the last row: RSS goes up and down with the collector, so its mean counts. */
function print(last: readonly Sample[]): void {
  const { round, files } = last.at(-1)!
  const rss = last.map(({ rssKiB }) => rssKiB / 1024)
  const most = Math.max(...last.map(({ handles }) => handles))
  row([
    round,
    `${((Date.now() - since) / 1000).toFixed(0)} s`,
    mean(rss).toFixed(1),
    Math.max(...rss).toFixed(1),
    most,
    files,
  ])
}

async function soak(): Promise<void> {
  let [round, text] = [0, '']
  const health = async () => void (await (await fetch(`http://127.0.0.1:${port}/healthz`)).arrayBuffer())
  return new Promise((resolve, reject) => {
    daemon.child.once('exit', (code) => reject(new Error(`the daemon ended with ${code}\n${text}`)))
    daemon.child.stderr?.on('data', (chunk) => {
      text = (text + chunk).slice(-20_000)
      for (const one of String(chunk).matchAll(/"round finished"/g)) if (one) onRound()
    })
    function onRound(): void {
      if (round >= rounds) return
      round += 1
      if (round % ADDRESS_EVERY === 0) news(round)
      if (round % SAMPLE_EVERY === 0) {
        samples.push(sampleAt(round))
        health().catch(reject)
      }
      if (round % Math.ceil(rounds / 10) === 0)
        print(samples.filter((one) => one.round > round - Math.ceil(rounds / 10)))
      if (round === rounds) resolve()
      else daemon.child.kill('SIGUSR1')
    }
  })
}

/** How the last third stands to the middle one, in percent. */
function growth(figure: 'rssKiB' | 'handles' | 'files'): number {
  const third = Math.floor(samples.length / 3)
  const of = (part: readonly Sample[]) => mean(part.map((one) => one[figure]))
  return (of(samples.slice(2 * third)) / of(samples.slice(third, 2 * third)) - 1) * 100
}

row(['rounds', 'time', 'RSS MiB', 'at most', 'handles', 'files'])
try {
  await soak()
} finally {
  daemon.child.removeAllListeners('exit')
  await daemon.stop()
  await tells.stop()
  await line.leave()
}
const grown = { RSS: growth('rssKiB'), handles: growth('handles'), files: growth('files') }
const { updates, repeats } = line.service.counters
const shown = Object.entries(grown).map(
  ([name, percent]) => `${name} ${percent >= 0 ? '+' : ''}${percent.toFixed(1)} %`,
)
const summary = `last third over the middle one: ${shown.join(', ')} | updates ${updates}, repeats ${repeats}`
console.log(`soak ${rounds} rounds: ${summary} | ${Math.round((Date.now() - since) / 1000)} s`)
process.exitCode = Object.values(grown).some((percent) => percent > limit) || repeats > 0 ? 1 : 0
