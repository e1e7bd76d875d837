// Run in the internet of two-uplinks.ts: name servers, a service that tells addresses, the daemon at home; pulls one line and puts it back.
// The home's resolver is the first line's router alone: where that line is dead, names are found by the other router.
import { openLinesStage } from '../support/lines-stage.ts'
import { uplinksOf } from '../support/two-uplinks.ts'

const [home = '', dsl = '', lte = '', internet = ''] = process.argv.slice(2)
const line = uplinksOf({ home, dsl, lte, internet })
const HOSTS = ['mail', 'mail2'] as const

line.forwardNames('192.0.2.54')
const stage = await openLinesStage({
  home,
  records: 'mail 60 A 198.51.100.1\nmail2 60 A 203.0.113.1\ntell 60 A 192.0.2.80\n@ MX 10 mail\n@ MX 20 mail2',
  configuration: `ipSources: http:http://tell.example.com/
lines:
  dsl: {interface: eth0}
  lte: {interface: eth1}
hosts:
  - {name: mail.example.com, line: [dsl, lte]}
  - {name: mail2.example.com, line: lte}
`,
  echoes: ['192.0.2.80'],
})
const { servers, entries, until, both, shown, told } = stage

const begun = Date.now()
const story: { seconds: number; what: string; at53: string; at54: string }[] = []
async function look(what: string) {
  const of = async (server: (typeof servers)[number]) =>
    (await Promise.all(HOSTS.map(async (host) => `${host} ${await server.dig(`${host}.example.com`, 'A')}`))).join(', ')
  const seconds = Math.round((Date.now() - begun) / 100) / 10
  story.push({ seconds, what, at53: await of(servers[0]), at54: await of(servers[1]) })
}

const DSL = '198.51.100.7'
const LTE = '203.0.113.8'
try {
  await shown('mail', DSL)
  await shown('mail2', LTE)
  await look('both lines are up')
  const addresses = await stage.ip()

  line.pull('dsl')
  await shown('mail', LTE)
  await look("dsl's cable is pulled")
  line.plugIn('dsl')
  await told('a line is up again', 1)
  await look("dsl's cable is back: not trusted yet")
  const early = await both('mail', LTE)
  await shown('mail', DSL)
  await look('dsl has been up for failbackAfter')

  line.silence()
  line.leaveBy('lte')
  await told('a line has no address', 1)
  await look('nothing comes through dsl any more: not given up yet')
  const patient = await both('mail', DSL)
  await shown('mail', LTE)
  await look('dsl is given up after lineDownAfter')
  line.revive()
  line.leaveBy('dsl')
  await shown('mail', DSL)
  await look('dsl works again, and has been up for failbackAfter')

  line.pull('lte')
  await until('mail2 is left as it is', () =>
    entries().some(({ message, host }) => /address unknown/.test(message) && host === 'mail2.example.com'),
  )
  await look("lte's cable is pulled: mail2 has no other line and stays, mail does not care")
  line.plugIn('lte')
  console.log(
    JSON.stringify({ story, early, patient, published: stage.published(), changes: stage.changes(), addresses }),
  )
} finally {
  await stage.leave()
}
process.exit(0)
