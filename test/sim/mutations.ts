import type { Invariant } from './invariants.ts'

/** One deliberate change to the code, and what must notice it. */
export interface Mutation {
  readonly name: string
  /** Below src/. */
  readonly file: string
  readonly find: string
  readonly replace: string
  readonly caughtBy: readonly Invariant[]
  /** Noticed within few seeds: every test run hunts it. */
  readonly isQuick?: true
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'nothing is written down before the request leaves',
    file: 'app/carry-out.ts',
    find: 'state: intend(state, job, clock.now())',
    replace: 'state',
    caughtBy: ['intent-first'],
    isQuick: true,
  },
  {
    name: 'a lost answer is forgotten',
    file: 'core/record.ts',
    find: "if (outcome.kind === 'unknown') return { trouble,",
    replace: "if (outcome.kind === 'unknown') return { trouble, intent: undefined,",
    caughtBy: ['no-needless-send', 'converges', 'tells-the-truth'],
  },
  {
    name: 'a lost answer is not waited for',
    file: 'core/rules/lost-answer.ts',
    find: 'const until = intent.at + (isKnown(observed) ? LAG : 6 * LAG)',
    replace: 'const until = intent.at',
    caughtBy: ['no-needless-send'],
  },
  {
    name: 'where sources disagree the first is believed',
    file: 'core/tally.ts',
    find: 'if (!first || first.size < needed || first.size === second?.size) return undefined',
    replace: 'if (!first) return undefined',
    caughtBy: ['only-line-addresses'],
  },
  {
    name: 'private addresses are taken for public ones',
    file: 'core/sighting.ts',
    find: 'return why ? { address, why } : []',
    replace: 'return []',
    caughtBy: ['only-line-addresses'],
    isQuick: true,
  },
  {
    name: 'what is held is sent again',
    file: 'core/rules/held.ts',
    find: "if (trouble?.until !== 'hold' || trouble.identity !== target.identity) return undefined",
    replace: 'return undefined',
    caughtBy: ['held-stays-held', 'tells-the-truth', 'budget'],
  },
  {
    name: 'a day has no budget',
    file: 'core/rules/budget.ts',
    find: "return until === undefined ? undefined : wait(view, until, 'budget')",
    replace: "return until === 0 ? wait(view, until, 'budget') : undefined",
    caughtBy: ['budget'],
  },
  {
    name: 'the other family is left out of the request',
    file: 'core/companions.ts',
    find: 'return addresses.length === 0 ? action : { ...action, companion }',
    replace: 'return addresses.length < 99 ? action : { ...action, companion }',
    caughtBy: ['unknown-is-not-empty'],
  },
  {
    name: 'a failed MX look-up forgets the hosts',
    file: 'core/locate.ts',
    find: 'return { domain, hosts, memory, findings: isCut ? [] : [findings.unknown(domain, believed, hosts)] }',
    replace: 'return { domain, hosts: [], memory, findings: [findings.unknown(domain, believed, hosts)] }',
    caughtBy: ['unknown-is-not-empty'],
  },
  {
    name: 'an MX look-up that is not heard out forgets the hosts',
    file: 'app/locate.ts',
    find: 'return isCut ? { ...located, isCut } : located',
    replace: 'return isCut ? { ...located, hosts: [], isCut } : located',
    caughtBy: ['unknown-is-not-empty'],
  },
  {
    name: 'a disabled record is taken for one of ours',
    file: 'providers/record/ionos.ts',
    find: '|| disabled) return []',
    replace: ') return []',
    caughtBy: ['nothing-foreign-touched'],
  },
  {
    name: 'one server that has it is enough',
    file: 'core/confirmation.ts',
    find: 'return seen === heard.length && 2 * namesOf(heard) > namesOf(servers)',
    replace: 'return seen > 0 && 2 * namesOf(heard) > namesOf(servers)',
    caughtBy: ['tells-the-truth'],
    isQuick: true,
  },
  {
    name: 'who waits is called current',
    file: 'report/target-standing.ts',
    find: "if (action === 'wait' || outcome === 'failed'",
    replace: "if (outcome === 'failed'",
    caughtBy: ['tells-the-truth'],
  },
  {
    name: 'every round tells of addresses',
    file: 'report/round-log.ts',
    find: 'if (address === was) return []',
    replace: "if (address === 'none') return []",
    caughtBy: ['quiet'],
    isQuick: true,
  },
  {
    name: 'a line that is down is still used',
    file: 'core/link.ts',
    find: 'const up = standing.find(({ link }) => !link || isInUse(link))',
    replace: "const up = standing.find(({ link }) => link?.state !== 'returning')",
    caughtBy: ['works-on'],
    isQuick: true,
  },
  {
    name: 'a line that came back is not used again',
    file: 'core/link.ts',
    find: "return now >= link.until! ? { state: 'up', since: now, ...drops(link) } : link",
    replace: 'return link',
    caughtBy: ['works-on', 'converges'],
    isQuick: true,
  },
  {
    name: 'secrets are shown',
    file: 'providers/hide-secrets.ts',
    find: 'const shown = hide(message)',
    replace: 'const shown = hide(message) && message',
    caughtBy: ['no-secret'],
  },
  {
    name: 'a pause that began in the future is kept',
    file: 'core/clock-jump.ts',
    find: 'if (!targets.some(([, memory]) => latest(memory) > now)) return state',
    replace: 'if (now > 0) return state',
    caughtBy: ['converges'],
  },
  {
    name: 'what was accepted is not remembered',
    file: 'core/record.ts',
    find: 'published: news,',
    replace: '',
    caughtBy: ['no-lost-state'],
    isQuick: true,
  },
  {
    name: 'what someone else wrote stays',
    file: 'core/rules/drifted.ts',
    find: 'if (target.traits.readable) return true',
    replace: 'if (target.traits.readable) return false',
    caughtBy: ['converges'],
  },
  {
    name: 'a dead companion is refreshed twice',
    file: 'core/record.ts',
    find: "const refreshed = target.traits.refresh !== undefined && outcome.kind !== 'unknown'",
    replace: 'const refreshed = now < 0',
    caughtBy: ['no-needless-send'],
  },
  {
    name: 'each family of a host has a correction a day of its own',
    file: 'core/record.ts',
    find: "const corrected = why === 'drifted'",
    replace: "const corrected = why === 'drifted' && now < 0",
    caughtBy: ['no-needless-send'],
  },
  {
    name: 'whatever is found is adopted',
    file: 'core/rules/adopted.ts',
    find: 'if (!holds(observed, wanted) ||',
    replace: 'if (observed === undefined ||',
    caughtBy: ['converges', 'tells-the-truth'],
  },
]
