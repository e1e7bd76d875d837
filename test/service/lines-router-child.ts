// Run in the internet of two-uplinks.ts, with a miniupnpd on each router: what each line's sources see, a second line that gets
// another address, and a first line that comes and goes. After its start the daemon looks only where it hears of something.
import { startCallersName, startCoturn } from '../support/callers-address.ts'
import { openLinesStage } from '../support/lines-stage.ts'
import { startMiniupnpd } from '../support/namespace-router.ts'
import { openFolder } from '../support/program.ts'
import { PUBLIC, uplinksOf } from '../support/two-uplinks.ts'

const [home = '', dsl = '', lte = '', internet = ''] = process.argv.slice(2)
const line = uplinksOf({ home, dsl, lte, internet })
const SERVICE = '192.0.2.80'
const NEXT = '5.9.2.9'
/** How often the status is asked for at most: each time a program starts. */
const ASKED = 60

const folders = [openFolder(), openFolder()] as const
const routers = {
  dsl: await startMiniupnpd(dsl, folders[0].path),
  lte: await startMiniupnpd(lte, folders[1].path, ['uuid=6d78686f-6d65-4000-8000-000000000002']),
}
await startCoturn(internet, SERVICE)
await startCallersName(SERVICE)
const stage = await openLinesStage({
  home,
  records: 'mail 60 A 198.51.100.1\nmail2 60 A 203.0.113.1\n@ MX 10 mail\n@ MX 20 mail2',
  configuration: `ipSources: [nat-pmp, upnp, 'stun:${SERVICE}', 'dns:caller.example.net/A/IN@${SERVICE}', 'http:http://${SERVICE}/']
ipv6: off
watchInterval: 1h
lines:
  dsl: {interface: eth0, failbackAfter: 8s}
  lte: {interface: eth1}
hosts:
  - {name: mail.example.com, line: [dsl, lte]}
  - {name: mail2.example.com, line: lte}
`,
  echoes: [SERVICE],
  begins: "schedule: '0 0 1 1 *'\nwatch: auto\n",
  listen: '127.0.0.1:8245',
})
const { entries, until, shown } = stage

/** The addresses that the events of a router have told. */
const toldBy = (router: keyof typeof routers) =>
  routers[router].said().flatMap((text) => /<ExternalIPAddress>(.*)<\/ExternalIPAddress>/.exec(text)?.[1] ?? [])
/** How often each way was heard. */
const heard = async (): Promise<Record<string, number>> =>
  Object.fromEntries(((await stage.status()).heard?.ways ?? []).map(({ by, times }) => [by, times]))

/** The second line gets another address. */
async function changeSecond() {
  await until('both routers have told their address', () => toldBy('dsl').length > 0 && toldBy('lte').length > 0)
  const [before, entriesBefore] = [await heard(), entries().length]
  const since = () => entries().slice(entriesBefore)
  line.change('lte', NEXT)
  await shown('mail2', NEXT)
  await until('it is confirmed', () => since().some(({ message }) => message === 'confirmed'))
  let ways: string[] = []
  await until(
    'both ways have told of it',
    async () => {
      const now = await heard()
      ways = ['nat-pmp', 'upnp'].filter((way) => (now[way] ?? 0) > (before[way] ?? 0))
      return ways.length === 2
    },
    ASKED,
  )
  const published = since().findIndex(({ message }) => message === 'published')
  return {
    because: since().findLast(({ message }, nth) => message === 'a round starts' && nth < published)?.because,
    hosts: [...new Set(since().flatMap(({ host }) => host ?? []))],
    ways,
    toldBy: { dsl: [...new Set(toldBy('dsl'))], lte: [...new Set(toldBy('lte'))] },
  }
}

const isReturn = ({ message }: { message: string }) => message.startsWith('a line is up again')
const count = (is: (entry: { message: string }) => boolean) => entries().filter(is).length
const isRound = ({ message }: { message: string }) => message === 'a round starts'
const isDown = ({ message }: { message: string }) => message === 'a line is down'

/** The first line is pulled and put back, so often that it is not trusted between. */
async function flap(times: number) {
  const changes = stage.changes().length
  for (let nth = 1; nth <= times; nth++) {
    const before = { down: count(isDown), back: count(isReturn), kernel: (await heard()).kernel ?? 0 }
    line.pull('dsl')
    await until('it is down', () => count(isDown) > before.down)
    // Another way may have told first: of a cable that is back by the time the kernel is asked nothing is heard.
    await until('the kernel has told of it', async () => ((await heard()).kernel ?? 0) > before.kernel, ASKED)
    if (nth === 1) await shown('mail', NEXT)
    line.plugIn('dsl')
    await until('it is back', () => count(isReturn) > before.back)
  }
  const { lineStates } = await stage.status()
  const { state, since, until: end, flapping } = lineStates!.dsl!
  const rounds = count(isRound)
  stage.look()
  await until('another round sees it', () => count(isRound) > rounds)
  await shown('mail', PUBLIC.dsl)
  await until('it is told', () => stage.changes().length >= changes + 2) // the log follows the name servers
  const told = entries().findLast(isReturn)!
  const back = entries().findLast(({ message }) => message === 'fail-back')!
  return {
    ...{ state, flapping, told: told.message, patience: Date.parse(end!) - Date.parse(since) },
    isEarly: Date.parse(back.time) < Date.parse(told.trustedAt),
    changes: stage.changes().slice(changes),
  }
}

/** The provider of the first line is dead: its router lets nothing through, and tells its address as before. */
async function dieBehindRouter() {
  const [before, down] = [entries().length, count(isDown)]
  line.silence()
  line.leaveBy('lte') // as whoever watches the lines does for the box itself
  stage.look()
  await shown('mail', NEXT)
  await until('it is told', () => count(isDown) > down) // the log follows the name servers
  const said = entries().slice(before)
  const { lines } = await stage.status()
  return {
    told: said.flatMap(({ message, line: of }) => (message.startsWith('a line ') ? `${message}: ${of}` : [])),
    shows: lines!.dsl!.A,
  }
}

try {
  await shown('mail', PUBLIC.dsl)
  await shown('mail2', PUBLIC.lte)
  const addresses = await stage.ip()
  const second = await changeSecond()
  const flaps = [await flap(3), await flap(1), await flap(1)]
  const published = stage.published()
  const dead = await dieBehindRouter()
  console.log(JSON.stringify({ addresses, second, flaps, published, dead }))
} finally {
  await stage.leave()
  for (const folder of folders) folder.leave()
}
process.exit(0)
