import { confirmationText } from './confirmation-text.ts'
import type { TargetDocument } from './document.ts'
import { happenedText, isOwnPause } from './happened-text.ts'
import { cell, type Row, table } from './table.ts'
import { type Standing, standingOf } from './target-standing.ts'
import type { TextStyle, Tint } from './text-style.ts'
import { hanging } from './wrap.ts'

const TINTS = { current: 'green', pending: 'yellow', 'needs-you': 'red' } as const satisfies Record<Standing, Tint>
const WEAK = ['seen', 'accepted', 'unknown', 'visible']
/** What passes by itself needs no advice. */
const BY_ITSELF = ['unavailable', 'rate-limited', 'cancelled']

/** One line a target; where something is wrong, below it what was heard and what to do. */
export function targetLines(targets: readonly TargetDocument[], style: TextStyle, dryRun: boolean): readonly string[] {
  const lines = table(
    targets.map((target) => rowOf(target, style, dryRun)),
    style,
  )
  return targets.flatMap((target, i) => [...lines[i]!, ...details(target, style)])
}

function rowOf(target: TargetDocument, style: TextStyle, dryRun: boolean): Row {
  const { host, type, provider, line } = target
  return [
    cell(host, 'bold'),
    cell(type),
    cell(addressText(target)),
    cell(happenedText(target, style, dryRun), dryRun ? undefined : TINTS[standingOf(target)]),
    cell(confirmationText(target, dryRun), confirmationTint(target)),
    cell(line === 'default' ? provider : `${provider}, line ${line}`, 'dim'),
  ]
}

/** What is there, as far as is known; what should be there is said behind it. */
function addressText({ action, outcome, before, after }: TargetDocument): string {
  const held = action === 'publish' && outcome === 'failed' ? before : after
  if (held === null) return '-'
  return held.join(', ') || 'none'
}

function confirmationTint({ confirmation }: TargetDocument): Tint | undefined {
  if (confirmation?.state === 'confirmed') return 'green'
  if (confirmation?.state === 'contradicted') return 'red'
  return confirmation && WEAK.includes(confirmation.state) ? 'yellow' : 'dim'
}

function details(target: TargetDocument, style: TextStyle): string[] {
  const { error, provider, host, confirmation, action, why } = target
  const doubt = confirmation?.state === 'contradicted' ? contradicted(host, provider) : ''
  const isOurs = error !== null && action === 'wait' && (why !== 'pause' || isOwnPause(error))
  const said = error && !isOurs ? `${action === 'skip' ? '' : `${provider}: `}${error.message}` : ''
  const advice = error && (isOurs || !BY_ITSELF.includes(error.kind)) ? error.remedy : ''
  return [
    ...(said ? hanging(style, '    ', said) : []),
    ...[advice, doubt].filter(Boolean).flatMap((text) => hanging(style, ' -> ', text)),
  ]
}

const contradicted = (host: string, provider: string) =>
  `${provider} took the update, but the name servers do not show it: look at ${host} there. Is its zone really served by ${provider}?`
