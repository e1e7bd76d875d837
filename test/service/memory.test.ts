import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { startDaemon } from '../support/program.ts'

/** Loaded into the daemon: at SIGUSR2 it collects the garbage, and counts what is left. */
const PROBE = `
import v8 from 'node:v8'
import { appendFileSync, readFileSync } from 'node:fs'
/** Those of Node.js itself have no prototype that could be asked for. */
const weakRefs = () => {
  const file = v8.writeHeapSnapshot(process.env.COUNTS + '.heapsnapshot')
  const { snapshot, nodes, strings } = JSON.parse(readFileSync(file, 'utf8'))
  const { node_fields: fields } = snapshot.meta
  const name = strings.indexOf('WeakRef')
  return nodes.filter((value, i) => i % fields.length === fields.indexOf('name') && value === name).length
}
process.on('SIGUSR2', () => {
  const kinds = [AbortSignal, AbortController, Promise, Error, Set, Map]
  appendFileSync(process.env.COUNTS, [...kinds.map((kind) => v8.queryObjects(kind, { format: 'count' })), weakRefs()].join(' ') + '\\n')
})`

/** Of Node.js itself: `fetch`, a second protocol, formatters of `Intl` (9 to 13 MiB each, seen with Node 20 and 24). */
const NOT_NEEDED = `
const { writeFileSync } = require('node:fs')
const used = []
for (const kind of ['DateTimeFormat', 'NumberFormat', 'Collator']) {
  const real = Intl[kind]
  Intl[kind] = new Proxy(real, { construct: (...given) => used.push(kind) && Reflect.construct(...given) })
}
process.on('exit', () => {
  const loaded = process.moduleLoadList.filter((name) => /undici|http2|repl/.test(name) && !before.includes(name))
  writeFileSync(process.env.COUNTS, JSON.stringify([...loaded, ...used]))
})
const before = [...process.moduleLoadList]`

it('what the daemon does not need of Node.js is not in its memory', async () => {
  const line = await openDyndnsLine(['home.dyn.example'])
  line.address('203.0.113.7')
  const [probe, counts] = [join(line.folder.path, 'probe.cjs'), join(line.folder.path, 'counts')]
  writeFileSync(probe, NOT_NEEDED)
  const more = { NODE_OPTIONS: `--require ${probe}`, COUNTS: counts }
  const daemon = startDaemon({ ...line.settings, ...more }, line.folder.path, await freePort())
  try {
    await daemon.until('a round is over', ({ finished }) => finished !== null)
    await daemon.stop('SIGTERM')
    expect(JSON.parse(readFileSync(counts, 'utf8'))).toEqual([])
  } finally {
    await daemon.stop()
    await line.leave()
  }
})

it('a round leaves nothing in memory', async () => {
  const line = await openDyndnsLine(['home.dyn.example'])
  line.address('203.0.113.7')
  const [probe, counts] = [join(line.folder.path, 'probe.mjs'), join(line.folder.path, 'counts')]
  writeFileSync(probe, PROBE)
  appendFileSync(counts, '')
  const more = {
    NODE_OPTIONS: `--import ${probe}`,
    COUNTS: counts,
    MXHOME_SCHEDULE: '0 0 1 1 *',
  }
  const daemon = startDaemon({ ...line.settings, ...more }, line.folder.path, await freePort())
  let last = (await daemon.until('a round is over', ({ finished }) => finished !== null)).finished
  const rounds = async (count: number) => {
    for (let nth = 0; nth < count; nth++) {
      daemon.child.kill('SIGUSR1')
      last = (await daemon.until('the next round is over', ({ finished }) => finished !== last)).finished
    }
  }
  const counted = async () => {
    const before = readFileSync(counts, 'utf8')
    daemon.child.kill('SIGUSR2')
    while (readFileSync(counts, 'utf8') === before) await pause(20)
    return readFileSync(counts, 'utf8').slice(before.length).trim().split(' ').map(Number)
  }
  try {
    await rounds(10)
    const early = await counted()
    await rounds(40)
    const late = await counted()
    for (const [i, count] of late.entries()) expect(count - early[i]!, `kind ${i}`).toBeLessThan(20)
  } finally {
    await daemon.stop()
    await line.leave()
  }
})
