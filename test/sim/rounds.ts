import { MINUTE } from '../../src/core/instant.ts'
import type { Round } from '../../src/core/round.ts'
import { memoryOf } from '../../src/core/state.ts'
import type { DomainName } from '../../src/dns/name.ts'
import { type AddressType, type IpAddress, sameAddresses } from '../../src/dns/rrset.ts'
import { documentOf, type RoundDocument, type TargetDocument } from '../../src/report/document.ts'
import { exitCodeOf } from '../../src/report/exit-code.ts'
import type { watchArrivals } from './arrivals.ts'
import { watchFailOver } from './fail-over.ts'
import { FOREIGN, type Moment } from './invariants.ts'
import type { LogLine, Process } from './process.ts'

/** Looks at every round that ends, and at every log line. */
export function watchRounds(
  moment: Moment,
  { emptied, foreignLately, isUnkept, lastAt }: ReturnType<typeof watchArrivals>,
) {
  const { home, out, onBroken } = moment
  const lastDocument = new WeakMap<Process, Omit<RoundDocument, 'started' | 'finished'>>()
  const judgeFailOver = watchFailOver(moment)
  let linesOfRound: LogLine[] = []

  const serviceOf = (account: string) => out().providers.find((one) => one.account === account)!.service

  function onRound(round: Round, process: Process): void {
    judgeState(round, process)
    judgeEmptied(round)
    judgeForgotten(round, process)
    const document = documentOf(round)
    judgeTruth(document, process)
    judgeFailOver(round, document, process)
    judgeQuiet(document, process)
  }

  function judgeState({ done, started, finished }: Round, process: Process): void {
    for (const { action, outcome } of done) {
      if (outcome.kind !== 'updated' || process.store.problem() !== undefined || moment.forcing() > 0) continue
      const { target, rrset } = action
      const { published } = memoryOf(moment.state(), target.key)
      const held = serviceOf(target.account).holds(target.owner, rrset.type)
      // A process beside may have sent another set since, long before this round reports.
      const isThere =
        published &&
        (sameAddresses(published.addresses, rrset.addresses) ||
          published.at > finished ||
          (published.at >= started && sameAddresses(published.addresses, held)))
      if (!isThere)
        onBroken('no-lost-state', `${action.target.key}: accepted, but the disk says ${JSON.stringify(published)}`)
    }
  }

  /** Only where the other family could not be learnt for 10 min may a service be let clear it. */
  function judgeEmptied({ done, started }: Round): void {
    for (const [name, at] of emptied) {
      const [owner, type] = name.split(' ') as [string, AddressType]
      const isTold = done.some(({ action: { target, alone } }) => target.owner === owner && alone === true)
      if (home.config.types.includes(type) && !isTold && at >= started)
        onBroken('unknown-is-not-empty', `${name} was emptied`)
      emptied.delete(name)
    }
  }

  function judgeForgotten({ findings, located, plan }: Round, process: Process): void {
    const unknown = [...findings.filter(({ id }) => id === 'mx-unknown'), ...located.filter(({ isCut }) => isCut)]
    for (const { domain } of unknown) {
      const before = domain ? (process.store.last().mx[domain]?.hosts ?? []) : []
      const lost = before.find(({ owner }) => !plan.some(({ target }) => target.owner === owner))
      if (lost)
        onBroken('unknown-is-not-empty', `the MX of ${domain} is unknown, and ${lost.owner} is no target any more`)
    }
  }

  function judgeTruth(document: RoundDocument, process: Process): void {
    const code = exitCodeOf(document, false)
    for (const target of document.targets) {
      const { host, type, provider: account } = target
      const service = serviceOf(account)
      const held = service.holds(host as DomainName, type)
      judgeProof(target, process)
      const line = out().lineNamed(target.line)
      const truth = line.now(type)
      // What someone else wrote is seen where the name servers can be asked, and put right once a day.
      const isOurDoing =
        !foreignLately(host) && !held.includes(FOREIGN) && !isUnkept(account, { owner: host as DomainName, type })
      if (truth === undefined || line.since(type) >= process.roundAt || !isOurDoing || sameAddresses(held, [truth]))
        continue
      const what = `${host} is ${held}, the line has ${truth}`
      if (code === 0) onBroken('tells-the-truth', `exit code 0, but ${what}`)
      if (healthOf(process) === 'pass') onBroken('tells-the-truth', `health passes, but ${what}`)
    }
  }

  /**
   * What is said to be confirmed is there, at every server that has been well since the round began. One that lags may
   * still have shown the same address from the time before last: it is asked what it showed then, too. One that lags more
   * or less than when it was asked cannot tell any more what it showed.
   */
  function judgeProof({ host, type, provider: account, confirmation, after }: TargetDocument, process: Process): void {
    if (confirmation?.state !== 'confirmed' || confirmation.asked === 0 || !after || foreignLately(host)) return
    if (moment.forcing() > 0) return // beside another process: it may have sent since
    const { names } = out()
    for (const server of names.own(serviceOf(account).apex)) {
      const isAsItWas = Math.max(names.wellSince(server), server.lagSince) <= process.roundAt
      if (!isAsItWas || server.lag > 5 * MINUTE) continue
      const shown = names.shows(server, host as DomainName, type)
      // A, B, A again within the lag: what was there when it was asked is on its way out once more.
      const then = names.shows(server, host as DomainName, type, lastAt(account, host))
      if (![shown, then].some((set) => sameAddresses(set, after as readonly IpAddress[])))
        onBroken(
          'tells-the-truth',
          `${host} ${type} is said to be confirmed as ${after}, ${server.name} shows ${shown}`,
        )
    }
  }

  function judgeQuiet(document: RoundDocument, process: Process): void {
    const { started: _, finished: __, ...rest } = document
    const loud = linesOfRound.find(({ level }) => level !== 'debug')
    const isIdle = document.targets.every(({ action }) => action === 'skip')
    const isSame = () => JSON.stringify(lastDocument.get(process)) === JSON.stringify(rest)
    if (loud && isIdle && isSame()) onBroken('quiet', `nothing has happened, and the log says: ${loud.text}`)
    lastDocument.set(process, rest)
    linesOfRound = []
  }

  function onLog(line: LogLine): void {
    linesOfRound.push(line)
    if (home.secrets.some((secret) => line.text.includes(secret)))
      onBroken('no-secret', `the log shows a secret: ${line.text}`)
  }

  return { onRound, onLog }
}

const healthOf = ({ routes }: Process) => (JSON.parse(routes?.('/healthz')?.body ?? '{}') as { status?: string }).status
