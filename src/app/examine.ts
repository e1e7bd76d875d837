import { secretsOfProber } from '../config/mail-kinds.ts'
import type { Answered, Examination, ExaminedDomain } from '../core/examination.ts'
import { Failure } from '../core/failure.ts'
import type { Finding } from '../core/finding.ts'
import { inOrder } from '../core/finding-order.ts'
import { mailVerdict, worstVerdict } from '../core/mail-verdict.ts'
import { isKnown } from '../core/plan.ts'
import { type Hide, hiderOf } from '../core/secrets.ts'
import type { AddressType } from '../dns/rrset.ts'
import { answersIn } from '../mail/answers.ts'
import { CHECKS } from '../mail/checks/index.ts'
import type { Facts, LineFacts } from '../mail/facts.ts'
import { gather } from '../mail/gather.ts'
import { openAsker } from '../mail/open-asker.ts'
import type { World } from '../ports/world.ts'
import { detect } from './detect.ts'
import { hostLines, lineFactsOf } from './line-facts.ts'
import { judgeMx, lookUpMx, targetsOf } from './locate.ts'
import type { Setup } from './setup.ts'
import { type Examined, subjectOf } from './subject.ts'

export interface ExamineWish extends Examined {
  /** Told what is waited for, whenever that changes. */
  readonly onWaiting?: (what: readonly string[]) => void
}

/** As many updates as tell where the line was lately. */
const HISTORY = 200
/** Until the line's address is known; nobody is greeted before. */
const NO_NAME = '[127.0.0.1]'

/** locate beside detect -> gather, all domains side by side -> judge. Rejects only when it is ended from outside. */
export async function examine(setup: Setup, wish: ExamineWish, world: World, stop: AbortSignal): Promise<Examination> {
  const { clock, store, history } = world
  const { config, asking } = setup
  const started = clock.now()
  const { onWaiting } = wish
  const whom = { asking, world, outside: config.prober, dqsKey: config.dqsKey, selectors: config.dkimSelectors }
  const { asker, end } = openAsker({ ...whom, helo: NO_NAME, signal: stop, ...(onWaiting && { onWaiting }) })
  const named = {
    ...setup,
    config: { ...config, domains: wish.domains.map((name) => ({ ...known(name, setup), name })) },
  }
  try {
    const [seen, detection, past] = await Promise.all([
      asker.waiting('the MX', lookUpMx({ ...named, asking: asker.asking }, asker.signal)),
      asker.waiting(
        'the address sources',
        detect(setup.lines, config.types, config.allowAddresses, world, asker.signal),
      ),
      history.read(HISTORY).catch(() => []),
    ])
    const state = store.last()
    const before = past.flatMap(({ after }) => after)
    const located = judgeMx(seen, named, state, started)
    const kept = { targets: targetsOf(located, setup, state.salt), state, config }
    const line = lineFactsOf(detection, before, store.problem(), wish.cheap, kept)
    const hosts = hostLines(line, detection.detected, kept)
    const subjects = seen.map((one, i) => subjectOf(one, located[i]!, line, wish, setup, hosts, started))
    const own = { ...asker, helo: heloOf(line) }
    const facts = await Promise.all(subjects.map((subject) => gather(subject, own)))
    if (stop.aborted) throw new Failure('cancelled', 'the examination was ended')
    return examinationOf(
      started,
      clock.now(),
      facts,
      subjects,
      hiderOf([config.dqsKey ?? '', ...secretsOfProber(config.prober)], { cuts: true }),
    )
  } finally {
    end()
  }
}

const known = (domain: string, { config }: Setup) => config.domains.find(({ name }) => name === domain)

/** An address literal that is true (RFC 5321 4.1.3). */
function heloOf({ addresses }: LineFacts): string {
  const of = (type: AddressType) => (isKnown(addresses[type]) ? addresses[type][0] : undefined)
  const [v4, v6] = [of('A'), of('AAAA')]
  return v4 ? `[${v4}]` : v6 ? `[IPv6:${v6}]` : NO_NAME
}

function examinationOf(
  started: number,
  finished: number,
  facts: readonly Facts[],
  subjects: readonly (Pick<ExaminedDomain, 'isOwn' | 'unasked'> & { readonly cheap: boolean })[],
  hide: Hide,
): Examination {
  const findings = inOrder(facts.flatMap(judge)).map((one) => hidden(one, hide))
  const domains = facts.map((one, i): ExaminedDomain => {
    const { isOwn, unasked, cheap } = subjects[i]!
    const verdict = mailVerdict(one.domain, findings)
    const hosts = one.hosts.map(({ exchange, preference, role, alias, addresses }) => ({
      ...{ host: exchange, preference, role, alias },
      addresses: bothOf(addresses),
    }))
    const answers = answersIn(one).map(
      ({ question, answer }): Answered => ({ question: hide(question), answer: hide(answer) }),
    )
    return {
      domain: one.domain,
      verdict,
      isOwn,
      isPortSeen: cheap ? undefined : isPortSeen(one, isOwn),
      hosts,
      unasked: [...unasked, ...one.unasked],
      answers,
    }
  })
  return { started, finished, verdict: worstVerdict(domains.map(({ verdict }) => verdict)), domains, findings }
}

/** From within the home an answer proves nothing: it may be the router's. Of others' hosts this machine is outside. */
function isPortSeen({ hosts }: Facts, isOwn: boolean): boolean {
  const ports = hosts.filter(({ role }) => role === 'ours').flatMap((host) => host.ports)
  const views = ports.filter(({ from }) => from === 'outside' || !isOwn)
  return views.some(({ seen }) => !(seen instanceof Failure) && seen.greeting?.code === 220)
}

/** What a check finds as well, it knows better than locate. */
function judge(facts: Facts): readonly Finding[] {
  const isThere = !facts.located.nxdomain // of what is not there nothing else is wrong
  const judged = isThere ? CHECKS.flatMap((check) => check.judge(facts)) : []
  const located = facts.located.findings.filter(({ id }) => !judged.some((one) => one.id === id))
  return [...located, ...facts.line.findings, ...judged]
}

const hidden = ({ message, remedy, ...rest }: Finding, hide: Hide): Finding => ({
  ...rest,
  message: hide(message),
  remedy: hide(remedy),
})

function bothOf({ A, AAAA }: Facts['hosts'][number]['addresses']) {
  if (isKnown(A) && isKnown(AAAA)) return [...A, ...AAAA]
  const some = [A, AAAA].flatMap((one) => (isKnown(one) ? one : []))
  return some.length > 0 ? some : isKnown(A) ? AAAA : A
}
