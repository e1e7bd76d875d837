// Run in the internet of two-uplinks.ts, with IPv6: a mail host with both families, whose lines change.
import { openLinesStage } from '../support/lines-stage.ts'
import { PREFIXES, uplinksOf } from '../support/two-uplinks.ts'

const [home = '', dsl = '', lte = '', internet = ''] = process.argv.slice(2)
const line = uplinksOf({ home, dsl, lte, internet })

const stage = await openLinesStage({
  home,
  records: 'mail 60 A 198.51.100.1\n@ MX 10 mail',
  configuration: `ipSources: http:http://192.0.2.80/, http:http://[2001:db8:80::80]/
ipv6: on
lines:
  dsl: {interface: eth0}
  lte: {interface: eth1}
hosts:
  - {name: mail.example.com, line: [dsl, lte]}
`,
  echoes: ['192.0.2.80', '2001:db8:80::80'],
})
const { entries, until, both, shown } = stage
const DSL = { A: '198.51.100.7', AAAA: `${PREFIXES.dsl}::2` }
const LTE = { A: '203.0.113.8', AAAA: `${PREFIXES.lte}::2` }
const isOn = async ({ A, AAAA }: typeof DSL) => (await both('mail', A)) && both('mail', AAAA, 'AAAA')
const bothFamilies = async ({ A, AAAA }: typeof DSL) => {
  await shown('mail', A)
  await shown('mail', AAAA, 'AAAA')
}
try {
  await bothFamilies(DSL)
  const addresses = await stage.ip()
  line.pull('dsl')
  await bothFamilies(LTE)
  line.plugIn('dsl')
  await bothFamilies(DSL)
  // The log follows the name servers.
  await until('over and back is told, of both families', () => stage.changes().length === 4)

  const before = { published: stage.published().length, changes: stage.changes().length, entries: entries().length }
  line.silenceIpv6()
  const since = () => entries().slice(before.entries)
  await until('IPv6 of dsl is not known', () =>
    since().some(({ message, type }) => /address unknown/.test(message) && type === 'AAAA'),
  )
  // Had IPv6 a say, three such rounds in a row were enough to leave the line.
  await until('five rounds without it', () => since().filter(({ message }) => message === 'a round starts').length >= 5)
  const stays = await isOn(DSL)
  const quiet = {
    published: stage.published().length - before.published,
    changes: stage.changes().length - before.changes,
    doubts: since().filter(({ message }) => /^a line /.test(message)).length,
  }
  line.reviveIpv6()
  line.pull('dsl')
  await bothFamilies(LTE)
  console.log(JSON.stringify({ addresses, stays, published: stage.published(), quiet, changes: stage.changes() }))
} finally {
  await stage.leave()
}
process.exit(0)
