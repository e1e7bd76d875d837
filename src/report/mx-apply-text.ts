import type { Failure } from '../core/failure.ts'
import type { MxSet } from '../core/locate.ts'
import type { MxProof } from '../core/mx-proof.ts'
import { POLICY } from '../core/retry.ts'
import { entriesOf, entryText, type MxEntry, without } from './mx-document.ts'
import { cell, table } from './table.ts'
import { paint, type TextStyle } from './text-style.ts'
import { hanging, plain } from './wrap.ts'

/** A web page on which an MX record is entered, in the vendor's own words. */
export interface MxPage {
  /** Where it is. */
  readonly at?: string
  readonly host: string
  /** What stands in that field for the domain. */
  readonly name: string
  readonly pointsTo: string
  readonly priority: string
  /** Host names end with a dot there. */
  readonly dot?: boolean
}

/** What would be written: the records that go, and those that come. */
export function changeText(domain: string, account: string, before: MxSet, wanted: MxSet, style: TextStyle): string {
  const [now, then] = [entriesOf(before), entriesOf(wanted)]
  const line = (sign: string, tint: 'red' | 'green') => (entry: MxEntry) =>
    paint(style, tint, `  ${sign} MX ${plain(entryText(entry))}`)
  return [
    ...hanging(style, '', `To be written at ${account}, for ${domain}:`),
    ...without(now, then).map(line('-', 'red')),
    ...without(then, now).map(line('+', 'green')),
    ...then
      .filter((entry) => now.some((other) => entryText(other) === entryText(entry)))
      .map((entry) => `    MX ${plain(entryText(entry))}`),
  ].join('\n')
}

/** What the user enters where mxhome cannot. `found`: what the name servers show. */
export function byHandText(
  domain: string,
  found: MxSet,
  wanted: MxSet,
  page: MxPage,
  ttl: number,
  style: TextStyle,
): string {
  const [now, then] = [entriesOf(found), entriesOf(wanted)]
  const head = ['Type', page.host, page.pointsTo, page.priority, 'TTL'].map((title) => cell(title, 'bold'))
  const rows = without(then, now).map(({ host, preference }) =>
    ['MX', page.name, page.dot ? `${host}.` : host, String(preference), String(ttl)].map((text) => cell(text)),
  )
  const gone = without(now, then).map(entryText)
  return [
    ...hanging(style, '', `By hand, where the zone of ${domain} is kept${page.at ? ` (${page.at})` : ''}:`),
    ...(rows.length > 0 ? ['  enter', ...table([head, ...rows], style, 4).flat()] : []),
    ...(gone.length > 0 ? hanging(style, '  remove  ', `the MX records ${gone.join(', ')}`) : []),
    ...hanging(style, '', `Then look whether every name server has them: mxhome mx ${domain}`),
  ].join('\n')
}

/** `wrote`: what is known of the write. What only the user can mend is 1; the rest passes. */
export function failureText(
  { kind, message, reason }: Failure,
  account: string,
  domain: string,
  wrote: 'nothing' | 'unknown',
): { readonly code: 1 | 75; readonly text: string } {
  if (wrote === 'unknown') {
    const text = `${account}: ${message}. Whether it was written is not known; look before you try again: mxhome mx ${domain}`
    return { code: 75, text }
  }
  const mustAct = POLICY[kind].pause === 'hold'
  const isKey = kind === 'auth' && reason !== 'policy' // of a policy the message says what to do
  const remedy = isKey ? ` Correct the credentials of ${account}.` : mustAct ? '' : ' Try again later.'
  return { code: mustAct ? 1 : 75, text: `${account}: ${message.replace(/[.!]+$/, '')}. Nothing was written.${remedy}` }
}

/** How it ended. */
export function proofText(proof: MxProof, account: string, changed: boolean): string {
  const done = changed ? `Written at ${account}` : `${account} has it so already, nothing was sent`
  switch (proof) {
    case 'confirmed':
      return `${done}; every name server that answers has it.`
    case 'seen':
      return `${done}; no name server could be asked, but a resolver has it.`
    case 'accepted':
      return `${done}; no name server could be asked whether it has it.`
    case 'pending':
      return `${done}, but not every name server has it yet. Look again later: mxhome mx`
  }
}
