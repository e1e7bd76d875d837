// Run in the internet of two-uplinks.ts: nothing begins a round but what the kernel tells.
import { openLinesStage } from '../support/lines-stage.ts'
import { uplinksOf } from '../support/two-uplinks.ts'

const [home = '', dsl = '', lte = '', internet = ''] = process.argv.slice(2)
const line = uplinksOf({ home, dsl, lte, internet })
const stage = await openLinesStage({
  home,
  records: 'mail 60 A 198.51.100.1\n@ MX 10 mail',
  configuration: `ipSources: http:http://192.0.2.80/
ipv6: off
lines:
  dsl: {interface: eth0}
  lte: {interface: eth1}
hosts:
  - {name: mail.example.com, line: [dsl, lte]}
`,
  begins: "schedule: '0 0 1 1 *'\nwatch: kernel\n",
  echoes: ['192.0.2.80'],
})
try {
  await stage.shown('mail', '198.51.100.7')
  line.pull('dsl')
  await stage.shown('mail', '203.0.113.8')
  line.plugIn('dsl')
  await stage.shown('mail', '198.51.100.7')
  await stage.until('it is told', () => stage.changes().length === 2) // the log follows the name servers
  const begun = stage.entries().filter(({ message }) => message === 'a round starts')
  console.log(JSON.stringify({ because: begun.map(({ because }) => because), changes: stage.changes() }))
} finally {
  await stage.leave()
}
process.exit(0)
