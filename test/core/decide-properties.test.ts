import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decide } from '../../src/core/decide.ts'
import { Failure } from '../../src/core/failure.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/instant.ts'
import { jobs } from '../../src/core/jobs.ts'
import { isKnown, isPublish, type Known, keyOf, type Situation, siblingOf, type Target } from '../../src/core/plan.ts'
import { settle } from '../../src/core/settle.ts'
import { type Memory, memoryOf } from '../../src/core/state.ts'
import { type AddressType, sameAddresses } from '../../src/dns/rrset.ts'
import { ip, target } from '../support/targets.ts'

const NOW = 1000 * DAY
const POOL = { A: ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map(ip), AAAA: ['2001:db8::1', '2001:db8::2'].map(ip) }
const LINE = { A: ip('192.0.2.2'), AAAA: ip('2001:db8::2') }
const SILENT = new Failure('network', 'silent')

const optional = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined })
const addresses = (type: AddressType) => fc.subarray(POOL[type], { minLength: 1 })
const at = fc.integer({ min: 0, max: 26 * 60 }).map((minutes) => NOW - minutes * MINUTE)
const stamped = (type: AddressType) => fc.record({ addresses: addresses(type), at })
const kind = fc.constantFrom('network', 'unavailable', 'auth', 'blocked', 'protocol')
const trouble = fc.record({
  kind,
  message: fc.constant(''),
  times: fc.integer({ min: 1, max: 5 }),
  at,
  until: fc.oneof(fc.constant('hold' as const), fc.integer({ min: NOW - HOUR, max: NOW + HOUR })),
  identity: fc.constantFrom('#1', '#0'),
  lost: optional(fc.constant(true as const)),
})
const memory = (type: AddressType): fc.Arbitrary<Memory> =>
  fc.record({
    published: optional(stamped(type)),
    previous: optional(stamped(type)),
    intent: optional(stamped(type)),
    doubt: optional(stamped(type)),
    trouble: optional(trouble),
    drift: optional(fc.record({ addresses: addresses(type), since: at, ttl: fc.constant(60) })),
    driftSentAt: optional(at),
    waitingSince: optional(at),
    writes: fc.array(at, { maxLength: 4 }).map((all) => all.toSorted((a, b) => a - b)),
    forced: fc.array(at, { maxLength: 4 }).map((all) => all.toSorted((a, b) => a - b)),
  })
const known = (type: AddressType): fc.Arbitrary<Known> =>
  fc.oneof(addresses(type), fc.constant([]), fc.constant<Known>(SILENT))
const traits = fc.record({
  readable: fc.boolean(),
  leftOut: fc.constantFrom('kept' as const, 'cleared' as const, 'unknown' as const),
  hostsPerRequest: fc.integer({ min: 1, max: 3 }),
  spacing: fc.constantFrom(0, 60),
  refresh: optional(fc.constant(86_400)),
})
const TYPES = ['A', 'AAAA'] as const
const HOSTS = ['a.org', 'b.org', 'c.org']
const both = <T>(of: (type: AddressType) => fc.Arbitrary<T>) => fc.record({ A: of('A'), AAAA: of('AAAA') })

/** Up to three hosts at one account, whatever the disk, the servers and the line say. */
const situation: fc.Arbitrary<Situation> = fc
  .record({
    traits,
    wanted: fc.subarray(
      HOSTS.flatMap((host) => TYPES.map((type) => ({ host, type }))),
      { minLength: 1 },
    ),
    disks: fc.array(
      both((type) => optional(memory(type))),
      { minLength: 3, maxLength: 3 },
    ),
    looks: fc.array(
      both((type) => optional(known(type))),
      { minLength: 3, maxLength: 3 },
    ),
    line: both((type) =>
      fc.oneof(fc.constant<Known>([LINE[type]]), fc.constant<Known>([]), fc.constant<Known>(SILENT)),
    ),
    force: fc.constantFrom('none' as const, 'all' as const, [
      target('a.org', 'A', { id: '', traits: {} as never }).owner,
    ]),
    lineBack: fc.boolean(),
  })
  .map(({ traits: of, wanted, disks, looks, line, force, lineBack }): Situation => {
    const make = (host: string, type: AddressType) => ({
      ...target(host, type, { id: 'x', traits: of }),
      dailyUpdates: 3,
    })
    const all = HOSTS.flatMap((host, i) => TYPES.map((type) => ({ ...make(host, type), i })))
    return {
      targets: wanted.map(({ host, type }) => make(host, type)),
      detected: { default: line },
      observed: new Map(
        all.flatMap(({ key, type, i }) => {
          const look = looks[i]?.[type]
          return look ? [[key, { known: look }] as const] : []
        }),
      ),
      state: {
        salt: '',
        mx: {},
        targets: Object.fromEntries(all.map(({ key, type, i }) => [key, disks[i]?.[type]]).filter(([, one]) => one)),
      },
      force,
      now: NOW,
      version: '1.0.0',
      lineBack,
    }
  })

const property = (check: (given: Situation) => void) => () => fc.assert(fc.property(situation, check), { numRuns: 500 })

it(
  'one action a target, in their order',
  property((given) => {
    expect(decide(given).map((action) => action.target.key)).toEqual(given.targets.map(({ key }) => key))
  }),
)

it(
  "nothing but the line's addresses is ever published, and only where it has some",
  property((given) => {
    for (const { target: one, rrset } of decide(given).filter(isPublish)) {
      const { owner, type } = one
      expect(rrset).toEqual({ owner, type, addresses: [LINE[type]], ttl: undefined })
      expect(given.detected.default?.[type]).toEqual([LINE[type]])
    }
  }),
)

it(
  'what goes along is what the other family holds for all we know, and never contradicts what goes itself',
  property((given) => {
    const plan = decide(given).filter(isPublish)
    for (const { target: one, companion } of plan) {
      if (!companion) continue
      const key = keyOf('x', siblingOf(one))
      const { published, intent } = memoryOf(given.state, key)
      const seen = given.observed.get(key)?.known
      const sources = [published?.addresses, intent?.addresses, isKnown(seen) ? seen : undefined].map(String)
      expect(sources).toContain(String(companion.addresses))
      expect(plan.some((other) => other.target.key === key)).toBe(false)
    }
  }),
)

it(
  'where a family that is left out may be cleared, nothing goes before its value is known or ten minutes are over',
  property((given) => {
    for (const { target: one, companion, alone } of decide(given).filter(isPublish)) {
      if (one.traits.leftOut === 'kept' || companion) continue
      const key = keyOf('x', siblingOf(one))
      const goesToo = decide(given).some((other) => isPublish(other) && other.target.key === key)
      const seen = given.observed.get(key)?.known
      const isAbsent = isKnown(seen) && seen.length === 0
      const since = memoryOf(given.state, one.key).waitingSince ?? NOW
      expect(goesToo || isAbsent || (alone === true && since + 10 * MINUTE <= NOW)).toBe(true)
    }
  }),
)

const quiet = (given: Situation) => given.force === 'none'

it(
  'unforced: nothing goes out that is held, over budget, or too soon after another',
  property((given) => {
    if (!quiet(given)) return
    for (const { target: one } of decide(given).filter(isPublish)) {
      const { trouble: pause, writes } = memoryOf(given.state, one.key)
      expect(pause?.until === 'hold' && pause.identity === one.identity).toBe(false)
      expect(writes.filter((write) => write > NOW - DAY).length).toBeLessThan(3)
      expect((writes.at(-1) ?? 0) + one.traits.spacing * 1000).toBeLessThanOrEqual(NOW)
    }
  }),
)

it(
  'unforced: to a service that cannot be read nothing is repeated but a refresh, a drift, and what was lost for 5 min',
  property((given) => {
    if (!quiet(given)) return
    for (const { target: one, rrset, why } of decide(given).filter(isPublish)) {
      if (one.traits.readable) continue
      const { published, intent, doubt } = memoryOf(given.state, one.key)
      const isThere = (set: Memory['published']) => set !== undefined && sameAddresses(set.addresses, rrset.addresses)
      if (isThere(published) && !intent) expect(['refresh', 'drifted']).toContain(why)
      if (why === 'read-back') expect(intent!.at + 5 * MINUTE).toBeLessThanOrEqual(NOW)
      if (isThere(intent) && why === 'changed') throw new Error('a repeat, perhaps')
      if (isThere(doubt) && intent && why === 'changed') {
        // Only what the servers show can tell that another set has come since.
        expect(isKnown(given.observed.get(one.key)?.known)).toBe(true)
      }
    }
  }),
)

it(
  'every publish is in one job, with whole owners, as many as fit, and the same addresses',
  property((given) => {
    const plan = decide(given)
    const all = [...jobs(plan).values()].flat()
    const keys = (targets: readonly Pick<Target, 'key'>[]) => targets.map(({ key }) => key).toSorted()
    const published = plan.filter(isPublish).map((action) => action.target)
    expect(keys(all.flatMap(({ actions }) => actions.map((action) => action.target)))).toEqual(keys(published))
    for (const { actions, rrsets } of all) {
      const owners = new Set(rrsets.map(({ owner }) => owner))
      expect(owners.size).toBeLessThanOrEqual(actions[0].target.traits.hostsPerRequest)
      expect(new Set(rrsets.map(({ owner, type }) => `${owner} ${type}`)).size).toBe(rrsets.length)
      for (const type of TYPES) {
        expect(
          new Set(rrsets.filter((one) => one.type === type).map((one) => String(one.addresses))).size,
        ).toBeLessThan(2)
      }
      const rest = all.filter((job) => job.actions !== actions).flatMap((job) => job.rrsets)
      expect(rest.some(({ owner }) => owners.has(owner))).toBe(false)
    }
  }),
)

it(
  'what is settled stays settled: looking twice is looking once',
  property((given) => {
    const once = settle(given)
    // A refresh that is due goes out once what was lost has been adopted: in the round after.
    fc.pre(!once.plan.some((one) => 'why' in one && one.why === 'adopted' && one.target.traits.refresh !== undefined))
    const twice = settle({ ...given, state: once.state })
    expect(twice.state).toBe(once.state)
    const publishing = (plan: typeof once.plan) => plan.filter(isPublish).map(({ target: one }) => one.key)
    expect(publishing(twice.plan)).toEqual(publishing(once.plan))
  }),
)

it(
  'settling changes what is published only where the world shows it',
  property((given) => {
    const { state, plan } = settle(given)
    for (const action of plan) {
      const [before, after] = [given.state, state].map((one) => memoryOf(one, action.target.key).published)
      if (String(before?.addresses) === String(after?.addresses)) continue
      expect(action).toMatchObject({ kind: 'skip', why: 'adopted' })
      expect(given.observed.get(action.target.key)?.known).toEqual(after?.addresses)
    }
  }),
)
