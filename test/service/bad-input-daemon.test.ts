import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RoundDocument } from '../../src/report/document.ts'
import { HOST, listening, openBadInput, until } from '../support/bad-input.ts'
import { freePort } from '../support/free-port.ts'
import { NODE } from '../support/program.ts'

const { anew, at, command, daemonOf, file, line, newAddress, proper, refusal, run, settings, started } =
  await openBadInput()

describe('the daemon', () => {
  it('a second one on the same folder ends: it says who holds it', async () => {
    const { more } = anew()
    const port = await freePort()
    const first = daemonOf(more, port)
    await first.until('a round is over', ({ finished }) => finished !== null)
    const said = await refusal(75, ['run'], { ...more, MXHOME_LISTEN: 'off' })
    expect(said).toContain(
      `a daemon runs on ${more.MXHOME_STATE_DIR} already: mxhome run (process ${first.child.pid} on`,
    )
    expect(said).toContain('end that one first')
    expect(await first.stop()).toBe(0)
  })

  it('its port is in use: rounds go on, and status tells of the daemon that nobody hears', async () => {
    const { more, address } = anew()
    const port = await freePort()
    const stranger = await listening(
      createServer((_, response) => response.end('{"hello":"world"}')),
      port,
    )
    const daemon = daemonOf(more, port)
    await until(() => line.service.holds(HOST)?.[0] === address && daemon.log().includes('round finished'))
    expect(daemon.log()).toContain(`the health endpoint cannot listen on 127.0.0.1:${port}: the port is in use`)

    const here = { ...more, MXHOME_LISTEN: `127.0.0.1:${port}` }
    const { code, stdout, stderr } = await run(['status'], here)
    expect(code).toBe(0)
    expect(stdout).toContain('no daemon answers: this is what the state folder says')
    expect(stderr).toContain(`a daemon runs all the same, mxhome run (process ${daemon.child.pid} on`)
    expect(stderr).toContain(`it does not answer at 127.0.0.1:${port}: its log tells why`)
    expect(JSON.parse((await run(['status', '--json'], here)).stdout)).toMatchObject({ nextRound: null })
    await daemon.stop()
    stranger.closeAllConnections()
    stranger.close()
    expect((await run(['status'], here)).stderr).toBe('')
  })

  it('SIGHUP with a wrong configuration: one line tells all, the old one stays', async () => {
    const { more, address } = anew()
    const { DYNDNS2_PASSWORD, MXHOME_HOSTS, ...others } = settings
    const env = `MXHOME_HOSTS=${MXHOME_HOSTS}\nDYNDNS2_PASSWORD=${DYNDNS2_PASSWORD}\n`
    file('.env', env)
    const daemon = daemonOf(more, await freePort(), others)
    await daemon.until('a round is over', ({ finished }) => finished !== null)
    file('.env', `${env}MXHOME_QUORUM=none\nMXHOME_HOTS=x\n`)
    daemon.child.kill('SIGHUP')
    await until(() => daemon.log().includes('the old one stays in force'))
    const told = daemon
      .log()
      .split('\n')
      .find((text) => text.includes('the old one stays in force'))
    expect(JSON.parse(told!)).toMatchObject({
      level: 'error',
      problems: [
        'MXHOME_QUORUM: found "none"; expected a whole number from 1 to 100',
        'MXHOME_HOTS: found an unknown variable; expected the name of a setting; did you mean MXHOME_HOSTS?',
      ],
    })
    const next = newAddress()
    daemon.child.kill('SIGUSR1')
    await until(() => line.service.holds(HOST)?.[0] === next)

    file('.env', env)
    daemon.child.kill('SIGHUP')
    await until(() => daemon.log().includes('configuration read again'))
    expect(await daemon.stop()).toBe(0)
    proper({ code: 0, stdout: '', stderr: daemon.log() })
    expect(address).not.toBe(next)
    for (const text of daemon.log().trim().split('\n')) expect(() => JSON.parse(text), text).not.toThrow()
  })
})

describe('ends that come early', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s while the service is silent: 75 soon, the intent is kept',
    async (signal) => {
      const { more, state, address } = anew()
      let asked = false
      const port = await freePort()
      const silent = await listening(
        createServer(() => {
          asked = true
        }),
        port,
      )
      const there = { ...settings, ...more, DYNDNS2_BASE_URL: `http://127.0.0.1:${port}` }
      const child = started(['update', '--json'], there)
      const texts = { stdout: '', stderr: '' }
      child.stdout!.on('data', (chunk) => (texts.stdout += chunk))
      child.stderr!.on('data', (chunk) => (texts.stderr += chunk))
      await until(() => asked)
      child.kill(signal)
      const [code] = await once(child, 'close')
      proper({ code, ...texts })
      expect(code).toBe(75)
      expect((JSON.parse(texts.stdout) as RoundDocument).targets[0]).toMatchObject({ outcome: 'unknown' })
      silent.closeAllConnections()
      silent.close()
      const memory = JSON.parse(readFileSync(join(state, 'state.json'), 'utf8')) as { targets: Record<string, unknown> }
      expect(memory.targets[`dyndns2 ${HOST} A`]).toMatchObject({ intent: { addresses: [address] } })
      expect(readdirSync(state).filter((name) => name.endsWith('.new'))).toEqual([])
    },
  )

  it('SIGINT while a source is asked: nothing was sent, 75', async () => {
    const { more } = anew()
    const asked = at('asked')
    file('slow', `#!/bin/sh\ntouch ${asked}\nexec sleep 60\n`, 0o700)
    const { requests } = line.service.counters
    const slow = { ...settings, ...more, MXHOME_IP_SOURCES: `command:${at('slow')}` }
    const child = started(['update'], slow)
    let stderr = ''
    child.stderr!.on('data', (chunk) => (stderr += chunk))
    await until(() => existsSync(asked))
    child.kill('SIGINT')
    const [code] = await once(child, 'close')
    expect(proper({ code, stdout: '', stderr }).stderr).toBe('mxhome: the round was ended\n')
    expect({ code, requests: line.service.counters.requests }).toEqual({ code: 75, requests })
  })

  it('a reader that has gone: no complaint, and the update is made', async () => {
    const { more, address } = anew()
    const shell = `exec 3>&1; { ${NODE} ${resolve('dist/mxhome.js')} update; echo "code $?" >&3; } | true`
    const { stdout, stderr } = await command('sh', ['-c', shell], { ...settings, ...more })
    expect({ stdout, stderr }).toEqual({ stdout: 'code 0\n', stderr: '' })
    expect(String(line.service.holds(HOST))).toBe(address)
  })

  it('an answer that could not be written is told', async () => {
    const shell = `${NODE} ${resolve('dist/mxhome.js')} providers > /dev/full`
    const { code, stderr } = await command('sh', ['-c', shell], settings)
    expect({ code, stderr }).toEqual({
      code: 75,
      stderr: 'mxhome: the answer could not be written: no space is left\n',
    })
  })
})
