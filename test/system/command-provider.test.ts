import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { attempt } from '../../src/core/outcome.ts'
import type { AddressRRset } from '../../src/dns/rrset.ts'
import { loadProvider } from '../../src/providers/index.ts'
import { bind } from '../../src/providers/provider.ts'
import { openExec } from '../../src/system/exec.ts'
import { blocksOf } from '../support/readme.ts'
import { replay } from '../support/replay.ts'

const provider = (await loadProvider('command'))!
const exec = openExec({ PATH: `${dirname(process.execPath)}:${process.env.PATH}`, COMMAND_SECRET: 's3cr3t' })
const rrset = { owner: 'mail.example.com', type: 'A', addresses: ['192.0.2.1'] } as unknown as AddressRRset

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'mxhome-command-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function script(name: string, text: string): string {
  writeFileSync(join(dir, name), text)
  chmodSync(join(dir, name), 0o755)
  return join(dir, name)
}

async function publish(program: string, more: object = {}, signal = new AbortController().signal) {
  const tools = { ...replay([]).tools, exec: (command: Parameters<typeof exec.run>[0]) => exec.run(command, signal) }
  const account = bind(provider, { program, secret: 's3cr3t', ...more })
  for await (const { outcome } of attempt([rrset], () => account.publish([rrset], tools))) {
    return 'failure' in outcome ? `${outcome.kind} ${outcome.failure.kind} ${outcome.failure.message}` : outcome.kind
  }
  return undefined
}

it('the example of the documentation', async () => {
  const examples = blocksOf(readFileSync('docs/own-provider.md', 'utf8')).filter(({ language }) => language === 'js')
  expect(examples).toHaveLength(1)
  const program = `${script('set-hosts', examples[0]!.text)} '${join(dir, 'my hosts')}'`
  expect(await publish(program)).toBe('updated')
  expect(await publish(program)).toBe('unchanged')
  writeFileSync(join(dir, 'my hosts'), 'mail.example.com A 192.0.2.9\nmail.example.com AAAA 2001:db8::9\n')
  expect(await publish(program)).toBe('updated')
  expect(readFileSync(join(dir, 'my hosts'), 'utf8')).toBe(
    'mail.example.com A 192.0.2.1\nmail.example.com AAAA 2001:db8::9\n',
  )
})

it('the secret comes on stdin, and neither by arguments nor by the environment', async () => {
  const seen = join(dir, 'seen')
  const program = script('look', `#!/bin/sh\ncat /proc/$$/cmdline /proc/$$/environ >${seen}\ngrep -q s3cr3t\n`)
  expect(await publish(program)).toBe('updated')
  expect(readFileSync(seen, 'utf8')).not.toContain('s3cr3t')
})

it('a program that is killed, or not done in time, may have done it', async () => {
  expect(await publish(script('killed', '#!/bin/sh\nkill -9 $$\n'))).toMatch(/^unknown unavailable .*signal 9/)
  const slow = script('slow', '#!/bin/sh\nexec sleep 1000\n')
  expect(await publish(slow, { timeout: 1 })).toMatch(/^unknown network .*not done after 1 s/)
  expect(await publish(slow, {}, AbortSignal.timeout(500))).toMatch(/^unknown cancelled/)
  expect(await publish(script('much', '#!/bin/sh\nyes\n'))).toMatch(/^unknown protocol .*printed more than/)
})

it('a program that was never started has done nothing', async () => {
  expect(await publish('/no/such/program')).toMatch(/^failed network .*not there/)
  expect(await publish('true', {}, AbortSignal.abort())).toMatch(/^failed cancelled/)
})
