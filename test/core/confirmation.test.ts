import fc from 'fast-check'
import { expect, it } from 'vitest'
import { confirmationOf, type ServerAnswer } from '../../src/core/confirmation.ts'
import { Failure } from '../../src/core/failure.ts'
import type { Known } from '../../src/core/plan.ts'
import { ip } from '../support/targets.ts'

const NEW = [ip('192.0.2.2'), ip('192.0.2.3')]
const OLD = [ip('192.0.2.1')]
const ANSWERS: Record<string, Known> = {
  new: NEW,
  turned: NEW.toReversed(),
  old: OLD,
  part: NEW.slice(0, 1),
  twice: [...NEW, ...NEW.slice(0, 1)],
  partTwice: [NEW[0]!, NEW[0]!],
  none: [],
  silent: new Failure('network', 'silent'),
  lame: new Failure('rejected', 'lame'),
  'no-route': new Failure('network', 'no route', { reason: 'no-route' }),
}

/** One server a word, `name=answer`; without a name the user named it by its address. */
const servers = (words: string): readonly ServerAnswer[] =>
  words
    .split(' ')
    .filter((word) => word !== '')
    .map((word, i) => {
      const [name, answer] = word.includes('=') ? word.split('=') : ['', word]
      return { name: name!, address: `192.0.2.${50 + i}`, answer: ANSWERS[answer!]! }
    })

interface Given {
  readonly resolver?: string
  readonly accepted?: boolean
  readonly over?: boolean
}
function shown(words: string, { resolver, accepted = true, over = true }: Given = {}): string {
  const evidence = { servers: servers(words), resolver: resolver ? ANSWERS[resolver] : undefined, accepted, over }
  const { state, seen, asked } = confirmationOf(NEW, evidence)
  return `${state} ${seen}/${asked}`
}

it.each<[words: string, given: Given, expected: string]>([
  // all that answer have it
  ['a=new b=new', {}, 'confirmed 2/2'],
  ['a=new b=new', { over: false }, 'confirmed 2/2'],
  ['a=new b=turned', {}, 'confirmed 2/2'],
  ['a=new', {}, 'confirmed 1/1'],
  // some servers list a record twice that was sent twice: a set it is all the same
  ['a=new b=twice', {}, 'confirmed 2/2'],
  // and more than half of the names answered
  ['a=new b=silent', {}, 'visible 1/2'],
  ['a=new b=new c=silent', {}, 'confirmed 2/3'],
  ['a=new b=new c=silent d=lame', {}, 'visible 2/4'],
  ['a=new a=new b=silent c=silent', {}, 'visible 2/4'],
  ['a=new a=silent b=new b=silent', {}, 'confirmed 2/4'],
  // a server of a family without a route is not asked, but its name has not answered
  ['a=new a=no-route', {}, 'confirmed 1/1'],
  ['a=new a=no-route b=new b=no-route c=new c=no-route', {}, 'confirmed 3/3'],
  ['a=new b=no-route', {}, 'visible 1/1'],
  ['a=new b=new c=no-route', {}, 'confirmed 2/2'],
  ['a=no-route b=no-route', {}, 'accepted 0/0'],
  // servers that the user named by address count one by one
  ['new new silent', {}, 'confirmed 2/3'],
  ['new silent', {}, 'visible 1/2'],
  ['new old', {}, 'visible 1/2'],
  // some have it
  ['a=new b=old', {}, 'visible 1/2'],
  ['a=new b=old', { over: false }, 'visible 1/2'],
  ['a=new a=old b=new', {}, 'visible 2/3'],
  // none has it
  ['a=old b=old', { over: false }, 'visible 0/2'],
  ['a=old b=old', {}, 'contradicted 0/2'],
  ['a=none b=old', {}, 'contradicted 0/2'],
  ['a=part', {}, 'contradicted 0/1'],
  ['a=partTwice', {}, 'contradicted 0/1'],
  ['a=old b=silent c=lame', {}, 'contradicted 0/3'],
  // nobody answers
  ['a=silent b=lame', { resolver: 'new' }, 'seen 0/2'],
  ['', { resolver: 'turned' }, 'seen 0/0'],
  ['a=silent', { resolver: 'new', accepted: false }, 'seen 0/1'],
  ['a=silent', { resolver: 'old' }, 'accepted 0/1'],
  ['a=silent', { resolver: 'silent' }, 'accepted 0/1'],
  ['a=silent', {}, 'accepted 0/1'],
  ['', {}, 'accepted 0/0'],
  ['a=silent', { accepted: false }, 'unknown 0/1'],
  ['a=silent', { accepted: false, resolver: 'old' }, 'unknown 0/1'],
  ['', { accepted: false }, 'unknown 0/0'],
  // a resolver counts for nothing beside an authority
  ['a=old', { resolver: 'new' }, 'contradicted 0/1'],
])('%s %j: %s', (words, given, expected) => expect(shown(words, given)).toBe(expected))

it('an absent set is confirmed by servers that have none', () => {
  const none = { servers: servers('a=none b=none'), accepted: true, over: true }
  expect(confirmationOf([], none).state).toBe('confirmed')
})

it('hands every answer on, for the report', () => {
  const all = servers('a=new b=silent c=no-route')
  expect(confirmationOf(NEW, { servers: all, accepted: true, over: true }).servers).toBe(all)
})

it('never says more than the servers do', () => {
  const word = fc.tuple(fc.constantFrom('', 'a=', 'b=', 'c='), fc.constantFrom(...Object.keys(ANSWERS))).map(String)
  const words = fc.array(
    word.map((one) => one.replace(',', '')),
    { maxLength: 6 },
  )
  const given = fc.record({ accepted: fc.boolean(), over: fc.boolean(), resolver: fc.constantFrom('', 'new', 'old') })
  fc.assert(
    fc.property(words, given, (list, one) => {
      const all = servers(list.join(' '))
      const heard = all.filter(({ answer }) => !(answer instanceof Failure)).map(({ answer }) => String(answer))
      const have = heard.filter((answer) => [NEW, NEW.toReversed(), ANSWERS.twice].map(String).includes(answer)).length
      const [state] = shown(list.join(' '), one).split(' ')
      if (state === 'confirmed') expect(have).toBe(heard.length)
      if (state === 'confirmed' || heard.length > have) expect(heard.length).toBeGreaterThan(0)
      if (state === 'contradicted') expect({ have, over: one.over }).toEqual({ have: 0, over: true })
      if (heard.length === 0) expect(['seen', 'accepted', 'unknown']).toContain(state)
      else expect(['confirmed', 'visible', 'contradicted']).toContain(state)
      if (state === 'accepted') expect(one.accepted).toBe(true)
    }),
  )
})
