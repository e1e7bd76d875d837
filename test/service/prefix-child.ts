// Run inside the namespace of a box whose router runs radvd in another: the provider gives the home one IPv6 prefix after the other.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { interfaceIdentifier } from '../support/prefix-home.ts'
import { startDaemon } from '../support/program.ts'
import { radvdIn } from '../support/radvd.ts'

const [router = ''] = process.argv.slice(2)
const PREFIXES = ['2a01:4f8:100:7', '2a01:4f8:200:8', '2a01:4f8:300:9']
const [BOX, MAIL] = ['box.dyn.example', 'mail.dyn.example']

const line = await openDyndnsLine([BOX, MAIL])
const radvd = radvdIn(router, line.folder.path)

writeFileSync(join(line.folder.path, 'mxhome.yaml'), `hosts: [${BOX}, {name: ${MAIL}, ipv6Suffix: "::25"}]\n`)
const { MXHOME_HOSTS: _, ...common } = line.settings
const settings = {
  ...common,
  MXHOME_IPV4: 'off',
  MXHOME_IPV6: 'on',
  MXHOME_IP_SOURCES: 'interface:eth0',
  MXHOME_WATCH: 'kernel',
  MXHOME_SCHEDULE: '0 0 1 1 *',
}
const own = interfaceIdentifier(execFileSync('cat', ['/sys/class/net/eth0/address'], { encoding: 'utf8' }))
await radvd.announce(PREFIXES[0]!, undefined)
const daemon = startDaemon(settings, line.folder.path, await freePort())
const heard: string[] = []
try {
  for (const [nth, prefix] of PREFIXES.entries()) {
    if (nth > 0) await radvd.announce(prefix, PREFIXES[nth - 1])
    await daemon.confirmed(BOX, `${prefix}:${own}`)
    await daemon.confirmed(MAIL, `${prefix}::25`)
    heard.push(...[BOX, MAIL].map((host) => String(line.service.holds(host))))
  }
  const seen = execFileSync('ip', ['-6', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'global'], {
    encoding: 'utf8',
  })
  const has = (word: string) => seen.split('\n').filter((one) => one.includes(word)).length
  console.log(
    JSON.stringify({
      heard,
      expected: PREFIXES.flatMap((prefix) => [`${prefix}:${own}`, `${prefix}::25`]),
      repeats: line.service.counters.repeats,
      temporary: has(' temporary '),
      deprecated: has(' deprecated '),
    }),
  )
} finally {
  await daemon.stop()
  await radvd.stop()
  await line.leave()
}
process.exit(0)
