import type { ConfirmationDocument, ServerDocument, TargetDocument } from './document.ts'
import { tookText } from './moment-text.ts'
import { sameSet } from './target-standing.ts'

const SHOWN = 3

/** What the name servers prove, in words; empty: nothing was asked and nothing is known. */
export function confirmationText(target: TargetDocument, dryRun = false): string {
  const { confirmation, action, why } = target
  // What was confirmed once is not asked again every round.
  if (!confirmation) return !dryRun && action === 'skip' && why === 'up-to-date' ? 'confirmed earlier' : ''
  const { state, seen, asked, ms } = confirmation
  // Nobody was asked: the state folder says it, or the user ended the round before its first question.
  if (asked === 0 && state === 'confirmed') return 'confirmed earlier'
  if (asked === 0 && state === 'visible')
    return typeof ms !== 'number'
      ? 'not confirmed yet'
      : 'not confirmed yet: the round ended before a name server was asked'
  const silent = silentOf(confirmation)
  const others = [...holding(confirmation, target), ...silent]
  switch (state) {
    case 'confirmed':
      return [
        `confirmed by ${seen} of ${servers(asked)}${typeof ms === 'number' ? ` in ${tookText(ms)}` : ''}`,
        ...silent,
      ].join('; ')
    case 'visible': {
      const where = seen === 0 ? `not visible yet at any of ${servers(asked)}` : `visible at ${seen} of ${asked}`
      return others.length > 0 ? `${where}: ${others.join('; ')}` : where
    }
    case 'contradicted':
      return `contradicted: ${others.join('; ') || 'the name servers hold something else'}`
    case 'seen':
      return 'seen by a resolver only, no name server could be asked'
    case 'accepted':
      return "only the provider's word, no name server could be asked"
    case 'unknown':
      return 'not confirmed, no name server could be asked'
  }
}

const servers = (count: number) => `${count} name server${count === 1 ? '' : 's'}`

/** `ns2.example.net still has 198.51.100.7`: the servers with another answer, together by what they hold. */
function holding({ servers: all }: ConfirmationDocument, { before, after }: TargetDocument): string[] {
  const wrong = all.filter(({ answer }) => answer !== null && after !== null && !sameSet(answer, after))
  return grouped(wrong, ({ answer }) => setText(answer!)).map(([held, names]) => {
    const isOld = before === null ? false : setText(before) === held
    const verb = names.length === 1 ? 'has' : 'have'
    if (held === '') return `${list(names)} ${verb} no record${isOld ? ' yet' : ''}`
    return `${list(names)} ${isOld ? 'still ' : ''}${verb} ${held}`
  })
}

const setText = (addresses: readonly string[]) => addresses.toSorted().join(', ')

function silentOf({ servers: all }: ConfirmationDocument): string[] {
  const names = namesOf(all.filter(({ answer, notAsked }) => answer === null && !notAsked))
  return names.length === 0 ? [] : [`no answer from ${list(names)}`]
}

function grouped(all: readonly ServerDocument[], by: (one: ServerDocument) => string): [string, string[]][] {
  const keys = [...new Set(all.map(by))]
  return keys.map((key) => [key, namesOf(all.filter((one) => by(one) === key))])
}

const namesOf = (all: readonly ServerDocument[]) => [...new Set(all.map(({ name, address }) => name || address))]

const list = (names: readonly string[]): string =>
  names.length <= SHOWN ? names.join(', ') : `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`
