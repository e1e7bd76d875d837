// Run where the internet of a home is: starts a Postfix at home, and shows what a stranger sees at its port 25.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { parseName } from '../../src/dns/name.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import type { SmtpWish } from '../../src/mail/ask/smtp.ts'
import { LIMITS } from '../../src/mail/smtp/dialogue.ts'
import { examine } from '../../src/mail/smtp/examine.ts'
import { formatSeen } from '../../src/mail/smtp/seen-json.ts'
import { openClock } from '../../src/system/clock.ts'
import { openTcp } from '../../src/system/tcp.ts'
import { startPostfix } from '../support/postfix.ts'
import { makeAuthority } from '../system/certificates.ts'

const [, , HOME = '', scenario = ''] = process.argv
const ADDRESSES = ['198.51.100.2', '2001:db8:100::2']
const NOWHERE = '203.0.113.25' // no route leads there from the internet of this test
const inHome = (...argv: readonly string[]) => execFileSync('ip', ['netns', 'exec', HOME, ...argv], { stdio: 'pipe' })

/** Rules at home for what comes to port 25. */
const wall = (verdict: string) =>
  inHome('nft', `table inet wall { chain in { type filter hook input priority filter; tcp dport 25 ${verdict}; }; }`)
const noWall = () => inHome('nft', 'delete', 'table', 'inet', 'wall')

const dirs: string[] = []
async function start(wanted: Partial<Parameters<typeof startPostfix>[0]>) {
  const postfix = await startPostfix({ space: HOME, address: ADDRESSES[0]!, ...wanted })
  dirs.push(postfix.dir)
  return postfix
}

async function look(address: string, limits = LIMITS) {
  const world = { tcp: openTcp({}), clock: openClock(), random: Math.random }
  const wish: SmtpWish = {
    ...{ domain: parseName('example.com')!, host: 'mx.example.com', address: parseAddress(address)! },
    tests: { postmaster: true, abuse: true },
  }
  const began = performance.now()
  const way = { from: 'here', helo: '[198.51.100.1]', stranger: true } as const
  const seen = await examine(world, wish, way, new AbortController().signal, limits)
  return { seen: formatSeen(seen), took: Math.round(performance.now() - began) }
}
const both = async () => Promise.all(ADDRESSES.map((address) => look(address)))

/** Postfix writes its log a moment later: until it has told of both goodbyes, 5 s at most. */
async function whole(log: () => string): Promise<string> {
  const until = performance.now() + 5000
  const isWhole = () => (log().match(/ quit=1 /g)?.length ?? 0) >= ADDRESSES.length
  while (!isWhole() && performance.now() < until) await setTimeout(50)
  return log()
}

/** The port is closed a moment after its server was ended. */
async function closed(): Promise<void> {
  const tcp = openTcp({})
  const server = { address: parseAddress(ADDRESSES[0]!)!, port: 25 }
  for (;;) {
    const connection = await tcp.connect({ server, from: 'here' }, new AbortController().signal).catch(() => undefined)
    if (!connection) return
    connection.close()
    await setTimeout(50)
  }
}

const SCENARIOS: Readonly<Record<string, () => Promise<unknown>>> = {
  /** Closed, without TLS; then walls of every kind, then nothing that listens. */
  async plain() {
    const { log, dir } = await start({})
    const open = await both()
    const told = await whole(log)
    const walls: Record<string, unknown> = {}
    // A veth brings the refusal of IPv6 back before connect(2) has returned, where the kernel overlooks it: the second SYN, 1 s later, counts.
    const limits = { ...LIMITS, connect: 1500 }
    for (const verdict of ['drop', 'reject', 'reject with tcp reset', 'reject with icmpx admin-prohibited']) {
      wall(verdict)
      walls[verdict] = await Promise.all(ADDRESSES.map((address) => look(address, limits)))
      noWall()
    }
    inHome('postfix', '-c', `${dir}/etc`, 'abort')
    await closed()
    return { open, walls, stopped: await both(), nowhere: await look(NOWHERE), log: told }
  },
  async open() {
    const tls = makeAuthority().issue('DNS:mx.example.com')
    const settings = ['mynetworks = 0.0.0.0/0, [::]/0', 'local_recipient_maps =']
    const { log } = await start({ settings, tls })
    return { open: await both(), log: await whole(log) }
  },
  async postscreen() {
    const settings = [
      'postscreen_greet_wait = 2s',
      'postscreen_greet_banner = mx.example.com ESMTP please wait',
      'postscreen_greet_action = enforce',
      'postscreen_access_list =',
    ]
    const { log } = await start({ settings, postscreen: true })
    return { open: await both(), log: await whole(log) }
  },
}

const result = await SCENARIOS[scenario]!()
for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
process.stdout.write(JSON.stringify(result), () => process.exit(0))
