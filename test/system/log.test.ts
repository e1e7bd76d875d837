import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { isJournal } from '../../src/system/environment.ts'
import { openLog } from '../../src/system/log.ts'
import { redactor } from '../../src/system/redact.ts'

function sink() {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  return { stream, lines: () => text.split('\n').slice(0, -1) }
}
const open = (more: Partial<Parameters<typeof openLog>[0]> = {}) => {
  const { stream, lines } = sink()
  const log = openLog({ level: 'debug', format: 'text', journald: false, stream, ...more })
  const flushed = async () => {
    await log.flush()
    return lines()
  }
  return { log, lines: flushed }
}

describe('text', () => {
  it('is aligned, one line each, values quoted where they need it', async () => {
    const { log, lines } = open()
    log.info('address changed', {
      host: 'mail.example.com',
      before: ['198.51.100.7', '198.51.100.8'],
      took: 12,
      gone: undefined,
    })
    log.warn('could not confirm', { error: 'no answer from "ns1"', nested: { a: [1] }, none: null, empty: '' })
    log.error('plain')
    const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z'
    const [info, warn, error] = await lines()
    expect(info).toMatch(
      new RegExp(`^${time} info  address changed {21} host=mail.example.com before=198.51.100.7,198.51.100.8 took=12$`),
    )
    expect(warn).toMatch(
      new RegExp(
        `^${time} warn  could not confirm {19} error="no answer from \\\\"ns1\\\\"" nested={"a":\\[1\\]} none=null empty=""$`,
      ),
    )
    expect(error).toMatch(new RegExp(`^${time} error plain$`))
  })

  it('no value forges a second line', async () => {
    const { log, lines } = open()
    log.info('message\nforged', { host: 'a\nERROR forged', key: '\u001b[31mred\u2028' })
    expect(await lines()).toHaveLength(1)
    expect((await lines())[0]).toMatch(/^[\x20-\x7e]+$/)
  })

  it('failures show kind and message, bugs their stack', async () => {
    const { log, lines } = open()
    log.error('x', { failure: new Failure('auth', 'password refused'), bug: Failure.from(new TypeError('broken')) })
    const [line] = await lines()
    expect(line).toContain('failure="auth: password refused"')
    expect(line).toMatch(/bug="TypeError: broken\\n +at /)
  })
})

describe('json', () => {
  it('what would steer a terminal is escaped, and comes back whole', async () => {
    const { log, lines } = open({ format: 'json' })
    const text = '\u001b[2J\u009b\u202e\u2028\u{e0041}'
    log.info('x', { text })
    const [line] = await lines()
    expect(line).toMatch(/^[\x20-\x7e]+$/)
    expect(JSON.parse(line!)).toMatchObject({ text })
  })

  it('is one document a line', async () => {
    const { log, lines } = open({ format: 'json' })
    log.info('address changed', {
      host: 'mail.example.com',
      after: ['203.0.113.7'],
      gone: undefined,
      at: 3n,
      level: 'forged',
    })
    expect(JSON.parse((await lines())[0]!)).toEqual({
      time: expect.stringMatching(/Z$/),
      level: 'info',
      message: 'address changed',
      host: 'mail.example.com',
      after: ['203.0.113.7'],
      at: '3',
    })
  })
})

it('levels below the wanted one say nothing', async () => {
  const { log, lines } = open({ level: 'warn', format: 'json' })
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](level)
  expect((await lines()).map((line) => JSON.parse(line).level)).toEqual(['warn', 'error'])
})

it('what was logged before winston was loaded comes first, and all of it', async () => {
  const { log, lines } = open({ format: 'json' })
  const fields = { n: 0 }
  for (; fields.n < 1000; fields.n++) log.info('line', fields)
  expect((await lines()).map((line) => JSON.parse(line).n)).toEqual(Array.from({ length: 1000 }, (_, n) => n))
})

describe('journald', () => {
  it('gets priorities, and no time in text', async () => {
    const { log, lines } = open({ journald: true })
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level]('said', { a: 1 })
    expect((await lines()).map((line) => line.slice(0, 13))).toEqual([
      '<7>debug said',
      '<6>info  said',
      '<4>warn  said',
      '<3>error said',
    ])
  })

  it('is told by JOURNAL_STREAM only if that names our own stream', () => {
    expect(isJournal(undefined, 2)).toBe(false)
    expect(isJournal('1:2', 2)).toBe(false)
    const script = `import { isJournal } from ${JSON.stringify(join(import.meta.dirname, '../../src/system/environment.ts'))}
      import { fstatSync } from 'node:fs'
      const { dev, ino } = fstatSync(2)
      console.log(isJournal(dev + ':' + ino, 2), isJournal(dev + ':' + (ino + 1), 2))`
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })).toBe(
      'true false\n',
    )
  })
})

it('a process that ends by itself has written everything, to stderr, and nothing to stdout', () => {
  const script = `import { openLog } from ${JSON.stringify(join(import.meta.dirname, '../../src/system/log.ts'))}
    const log = openLog({ level: 'info', format: 'json' })
    for (let n = 0; n < 500; n++) log.error('line', { n })`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(stdout).toBe('')
  expect(stderr.trim().split('\n')).toHaveLength(500)
})

describe('secrets', () => {
  it.each(['text', 'json'] as const)('appear nowhere (%s)', async (format) => {
    const secret = 'p&ss "w/ord"\\ü'
    const { log, lines } = open({ format, secrets: [secret] })
    log.redact(['second-secret'])
    log.error(`message ${secret}`, {
      a: secret,
      b: [{ deep: `x${secret}y` }],
      c: new Failure('auth', `refused ${secret}`),
      d: new Error(`broken ${secret}`),
      e: `https://example.com/?p=${encodeURIComponent(secret)}`,
      f: new URLSearchParams({ p: secret }).toString(),
      g: JSON.stringify({ secret }),
      [secret]: 'as a key',
      h: new Map([['k', 'second-secret']]),
    })
    const [line] = await lines()
    expect(line).not.toMatch(/ss[^a-z]*w[^a-z]*ord|second-secret/)
    expect(line!.match(/\*\*\*/g)!.length).toBeGreaterThanOrEqual(10)
  })

  it('never survive in a text that holds them', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ minLength: 4 }).filter((text) => text.trim().length >= 4 && !'***'.includes(text.trim())),
          { minLength: 1 },
        ),
        fc.string(),
        fc.string(),
        (secrets, before, after) => {
          const { hide } = redactor(secrets)
          const hidden = hide(before + secrets.join(' ') + after)
          for (const secret of secrets) if (!secret.includes('*')) expect(hidden.includes(secret)).toBe(false)
        },
      ),
    )
  })

  it('short ones are hidden where they stand alone', () => {
    const { hide } = redactor(['a1', ''])
    expect(hide('token=a1 in data1 a1')).toBe('token=*** in data1 ***')
  })
})
