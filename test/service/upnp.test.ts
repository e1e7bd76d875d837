import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type NamespaceRouter, openNamespaceRouter, ROUTER_PROGRAMS } from '../support/namespace-router.ts'
import { whyNoNamespaces } from '../support/two-namespaces.ts'

const why = process.env.CI === 'true' ? undefined : whyNoNamespaces([...ROUTER_PROGRAMS, 'upnpc'])
const name = 'miniupnpd tells of its line by UPnP'

interface Said {
  readonly event?: string
  readonly status?: number
  readonly seq?: number
  readonly hint?: string
  readonly trouble?: string | null
  readonly asked?: string
  readonly answer?: unknown
  readonly ended?: true
}

/** What runs on the box, and what it has said so far. */
function watchFrom(box: string) {
  const child = spawn('ip', ['netns', 'exec', box, process.execPath, 'test/service/upnp-child.ts'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const said: Said[] = []
  const waiting = new Set<() => void>()
  createInterface(child.stdout).on('line', (line) => {
    said.push(JSON.parse(line))
    for (const look of waiting) look()
  })
  /** Resolves to the first that was said since `from` and is what is wanted. */
  const until = (wanted: (one: Said) => boolean, from: number) =>
    new Promise<Said>((resolve) => {
      const look = () => {
        const found = said.slice(from).find(wanted)
        if (found) resolve(found)
        if (found) waiting.delete(look)
      }
      waiting.add(look)
      look()
    })
  const ask = (spec: string) => {
    const from = said.length
    child.stdin.write(`${spec}\n`)
    return until(({ asked }) => asked === spec, from).then(({ answer }) => answer)
  }
  return { said, until, ask, end: () => child.stdin.end() }
}

describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  let line: NamespaceRouter
  let router: Awaited<ReturnType<NamespaceRouter['startMiniupnpd']>>
  let box: ReturnType<typeof watchFrom>
  beforeAll(async () => {
    line = openNamespaceRouter('5.9.1.7')
    router = await line.startMiniupnpd()
    box = watchFrom(line.box)
  })
  afterAll(() => line?.stop())

  /** By its event; or the last event that came told of the loss, and asking has led on: a second hint. */
  const knows = (address: string) =>
    vi.waitFor(
      () => {
        const last = box.said.findLastIndex(({ event }) => event !== undefined)
        const isLoss = ['', '0.0.0.0'].includes(box.said[last]?.event ?? '?')
        const hints = box.said.slice(last + 1).filter(({ hint }) => hint === 'upnp').length
        expect(box.said[last]?.event === address || (isLoss && hints > 1)).toBe(true)
      },
      { timeout: 20_000 },
    )

  const shows = (address: string) =>
    vi.waitFor(async () => expect(await box.ask('upnp')).toEqual([address]), { timeout: 20_000 })

  it('subscribes, which is no change', async () => {
    expect(await box.until(({ seq }) => seq === 0, 0)).toEqual({ event: '5.9.1.7', status: 200, seq: 0 })
    expect(box.said.filter(({ hint, trouble }) => hint ?? trouble)).toEqual([])
  })

  it('the source reads the address that upnpc reads', async () => {
    expect(await box.ask('upnp')).toEqual(['5.9.1.7'])
    const said = execFileSync('ip', ['netns', 'exec', line.box, 'upnpc', '-s'], { encoding: 'utf8' })
    expect(/ExternalIPAddress = (\S+)/.exec(said)?.[1]).toBe('5.9.1.7')
  })

  it('hints at each of ten changes', async () => {
    for (let i = 1; i <= 10; i++) {
      const [from, address] = [box.said.length, `5.9.1.${10 + i}`]
      line.changeWan(address)
      // Of an address that goes and one that comes it may drop the second event, while the answer to the first is outstanding.
      await box.until(({ hint }) => hint === 'upnp', from)
      await shows(address)
      // Hence the answer comes first.
      expect(Object.keys(box.said[from]!)[0]).toBe('event')
      await knows(address)
    }
  })

  it('asks until there is an address again', async () => {
    const from = box.said.length
    line.changeWan(undefined)
    await box.until(({ hint }) => hint === 'upnp', from)
    expect(await box.ask('upnp')).toMatch(/^unavailable \(offline\): upnp: /)
    const then = box.said.length
    line.changeWan('5.9.1.30')
    await box.until(({ hint }) => hint === 'upnp', then)
    await shows('5.9.1.30')
    await knows('5.9.1.30')
  })

  it('an address that is not public is kept back: that is a Failure of its own, and no absence', async () => {
    const from = box.said.length
    line.changeWan('10.1.2.3')
    await box.until(({ hint }) => hint === 'upnp', from)
    expect(await box.ask('upnp')).toMatch(/^unavailable \(hidden\): upnp: .*or one that is not public/)
    line.changeWan('5.9.1.31')
    await shows('5.9.1.31')
    await knows('5.9.1.31')
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'subscribes anew when the router has started again after %s',
    async (signal) => {
      const from = box.said.length
      await router.stop(signal)
      router = await line.startMiniupnpd()
      await box.until(({ seq }) => seq === 0, from)
      const then = box.said.length
      const address = signal === 'SIGTERM' ? '5.9.1.41' : '5.9.1.42'
      line.changeWan(address)
      await box.until(({ hint }) => hint === 'upnp', then)
      await shows(address)
    },
  )

  it('hints at what changed while the router was away', async () => {
    const from = box.said.length
    await router.stop('SIGKILL')
    line.changeWan('5.9.1.50')
    router = await line.startMiniupnpd()
    await box.until(({ hint }) => hint === 'upnp', from)
    await shows('5.9.1.50')
  })

  it('ends when it is told to', async () => {
    box.end()
    expect(await box.until(({ ended }) => ended === true, 0)).toEqual({ ended: true })
  })
})
