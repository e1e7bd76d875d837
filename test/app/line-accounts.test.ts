import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { MINUTE, SECOND } from '../../src/core/instant.ts'
import { keyOf } from '../../src/core/plan.ts'
import { memoryOf } from '../../src/core/state.ts'
import type { World } from '../../src/ports/world.ts'
import { name } from '../support/config.ts'
import { homeLine, published } from '../support/home-line.ts'
import { planText, provenText } from '../support/plan-text.ts'

const HOME = keyOf('noip', { owner: name('home.ddns.net'), type: 'A' })
const WWW = keyOf('second', { owner: name('www.example.net'), type: 'A' })
const LOGIN = { username: 'anna', password: 's3cr3t' }

it('a slow account delays neither the record nor the confirmation of another', async () => {
  const home = await homeLine()
  const real = home.start()
  let answer = () => {}
  const gate = new Promise<void>((resolve) => {
    answer = resolve
  })
  const http: World['http'] = async (request, signal) => {
    if (request.url.includes('www.example.net')) await gate
    return real.http(request, signal)
  }
  const world = { ...real, http }
  const asked = home.queries.length
  const running = home.run(world)
  const isRecorded = () => memoryOf(world.store.last(), HOME).published?.addresses.includes(home.line.A[0] as never)
  await expect.poll(isRecorded).toBe(true)
  await expect
    .poll(() => home.queries.slice(asked).filter((one) => one.endsWith('home.ddns.net A')).length)
    .toBeGreaterThan(3)
  expect(published(home)).toBe(3)
  expect(home.disk.synced).toContain('"intent":{"addresses":["192.0.2.2"]') // of the slow one
  answer()
  await running
  expect(published(home)).toBe(4)
})

it('accounts work side by side, the jobs of one after each other', async () => {
  const home = await homeLine()
  const real = home.start()
  const open = new Set<string>()
  const seen: string[] = []
  const http: World['http'] = async (request, signal) => {
    const host = new URL(request.url).searchParams.get('hostname')
    if (!host) return real.http(request, signal)
    open.add(host)
    await setImmediate()
    seen.push([...open].toSorted().join('+'))
    await setImmediate()
    open.delete(host)
    return real.http(request, signal)
  }
  await home.run({ ...real, http })
  expect(seen.some((one) => one.includes('home.ddns.net+www.example.net'))).toBe(true)
  expect(seen.some((one) => one.includes('home.ddns.net+mx.ddns.net'))).toBe(false)
})

it('an account that is down, one that is held: the others go on', async () => {
  const home = await homeLine()
  const real = home.start()
  const http: World['http'] = async (request, signal) => {
    if (request.url.includes('www.example.net')) return { status: 200, headers: {}, body: 'badauth' }
    return real.http(request, signal)
  }
  await home.run({ ...real, http })
  const { plan, findings } = await home.run(real)
  expect(planText({ plan })).toBe(
    'home A skip up-to-date, home AAAA skip up-to-date, mx A skip up-to-date, www A hold auth',
  )
  expect(findings).toEqual([])
  expect(published(home)).toBe(3)
})

it('several hosts in one request, as many as the service takes; each is recorded and confirmed', async () => {
  const hosts = Array.from({ length: 25 }, (_, i) => ({ name: name(`h${i}.dyndns.org`) }))
  const accounts = [{ name: 'dyn', use: 'dyn', zones: undefined, settings: LOGIN }]
  const home = await homeLine({ config: { hosts, accounts, types: ['A'] } })
  const { requests } = home.service
  const { done, confirmations } = await home.run(home.start())
  expect(home.service.requests - requests).toBe(2)
  expect([done.length, published(home), home.service.repeats]).toEqual([25, 25, 0])
  expect(new Set(done.map(({ outcome }) => outcome.kind))).toEqual(new Set(['updated']))
  expect(confirmations.size).toBe(25)
})

const slow = { lag: 10 * MINUTE, config: { confirmTimeout: 20 * MINUTE } }

it('a hint ends the confirmation at once, keeps what was seen, and the next round goes on', async () => {
  const home = await homeLine(slow)
  const real = home.start()
  const hurry = new AbortController()
  let looks = 0
  const query: World['dns']['query'] = (question, signal) => {
    if (question.name === 'www.example.net' && question.type === 'A' && ++looks === 4) hurry.abort()
    if (signal.aborted) return Promise.reject(new Failure('cancelled', 'no longer waited for'))
    return real.dns.query(question, signal)
  }
  Object.assign(home.setup.asking, { dns: { ...real.dns, query } })
  const { finished, started, done, findings, state, ...first } = await home.run(real, {}, hurry.signal)
  expect(finished - started).toBeLessThan(MINUTE)
  expect(done).toHaveLength(3)
  expect(provenText(first)).toBe('home A visible 0/3, mx A visible 0/3, www A visible 0/3')
  expect(first.confirmations.get(WWW)?.servers).toHaveLength(3)
  expect(findings).toEqual([])
  expect(memoryOf(state, HOME).confirmed?.state).toBe('visible')

  const second = await home.run(real)
  expect(second.done).toEqual([])
  expect(provenText(second)).toBe('home A confirmed 2/3, mx A confirmed 2/3, www A confirmed 2/3')
})

it('a hint before the confirmation: it is published all the same, and the name servers are asked once', async () => {
  const home = await homeLine(slow)
  const world = home.start()
  const first = await home.run(world, {}, AbortSignal.abort())
  expect(published(home)).toBe(4)
  expect(first.findings).toEqual([])
  expect(provenText(first)).toBe('home A visible 0/3, mx A visible 0/3, www A visible 0/3')
  expect(first.finished - first.started).toBeLessThan(5 * SECOND)
  expect(provenText(await home.run(world))).toBe('home A confirmed 2/3, mx A confirmed 2/3, www A confirmed 2/3')
})

it('rounds that always make way for the next prove what they can all the same', async () => {
  const home = await homeLine({ lag: 0 })
  const proven = provenText(await home.run(home.start(), {}, AbortSignal.abort()))
  expect(proven).toBe('home A confirmed 2/3, mx A confirmed 2/3, www A confirmed 2/3')
})

it('where no name server had the time to answer, what was known before is not unlearnt', async () => {
  const home = await homeLine({ lag: 30 * MINUTE, config: { confirmTimeout: MINUTE } })
  const world = home.start()
  expect(provenText(await home.run(world))).toContain('home A contradicted 0/3')
  const never = (_: unknown, signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      const end = () => reject(new Failure('cancelled', 'no longer waited for'))
      if (signal.aborted) end()
      signal.addEventListener('abort', end)
    })
  Object.assign(home.setup.asking, { dns: { ...world.dns, query: never } })
  const { confirmations } = await home.run(world, {}, AbortSignal.abort())
  expect(confirmations.get(HOME)).toMatchObject({ state: 'contradicted', asked: 0 })
})

it('tells how long the name servers took', async () => {
  const home = await homeLine({ lag: MINUTE })
  const { confirmations } = await home.run(home.start())
  const ms = confirmations.get(HOME)?.ms ?? 0
  expect(ms).toBeGreaterThanOrEqual(MINUTE)
  expect(ms).toBeLessThan(2 * MINUTE)
})

it('no name server answers: the resolver is asked, and a finding says so', async () => {
  const home = await homeLine()
  for (const server of ['192.0.2.53', '192.0.2.54']) home.servers[server] = { fault: 'cache' }
  const { confirmations, findings } = await home.run(home.start())
  expect(confirmations.get(HOME)?.state).toBe('seen')
  expect(new Set(findings.map(({ id }) => id))).toEqual(new Set(['dns-intercepted']))
})

it('what is confirmed is asked again when the user wishes', async () => {
  const home = await homeLine({ lag: 0 })
  await home.run(home.start())
  const world = home.start()
  expect((await home.run(world)).confirmations.size).toBe(0)
  expect(provenText(await home.run(world, { confirmAll: true }))).toBe(
    'home A confirmed 2/3, home AAAA confirmed 2/3, mx A confirmed 2/3, www A confirmed 2/3',
  )
})
