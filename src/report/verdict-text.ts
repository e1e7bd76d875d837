import type { RoundDocument, TargetDocument } from './document.ts'
import { MX_ERRORS } from './exit-code.ts'
import { standingOf } from './target-standing.ts'
import type { Tint } from './text-style.ts'

/** The closing line: is all well, does it pass by itself, or must the user act. */
export function verdictText(document: RoundDocument, dryRun: boolean): { readonly text: string; readonly tint: Tint } {
  const { targets, findings } = document
  if (dryRun) return { text: dryRunText(targets), tint: 'bold' }
  const broken = findings.filter(({ id, severity }) => severity === 'error' && MX_ERRORS.includes(id))
  const domains = [...new Set(broken.map(({ domain, id }) => domain ?? id))]
  const yours = targets.filter((one) => standingOf(one) === 'needs-you')
  const pending = targets.filter((one) => standingOf(one) === 'pending')
  const parts = [
    ...(domains.length > 0 ? [`the MX of ${domains.join(', ')} needs you`] : []),
    ...(yours.length > 0 ? [`${countOf(yours, targets)} ${yours.length === 1 ? 'needs' : 'need'} you`] : []),
    ...(pending.length > 0
      ? [`${countOf(pending, targets)} ${pending.length === 1 ? 'is' : 'are'} not current yet`]
      : []),
    ...(findings.some(({ id }) => id === 'state-unwritable') ? ['the state could not be written'] : []),
  ]
  if (parts.length > 0) {
    return { text: sentence(parts.join('; ')), tint: domains.length + yours.length > 0 ? 'red' : 'yellow' }
  }
  if (targets.length === 0) return { text: 'There is no host to keep up to date.', tint: 'yellow' }
  const doubts = findings.filter(({ severity }) => severity === 'error').length
  const but = doubts > 0 ? `, but see the ${doubts === 1 ? 'error' : 'errors'} above` : ''
  return { text: `${currentText(targets)}${but}.`, tint: doubts > 0 ? 'red' : 'green' }
}

/** `1 of 3 targets`; a single one by its name. */
function countOf(some: readonly TargetDocument[], all: readonly TargetDocument[]): string {
  const [only] = some
  if (all.length === 1 && only) return `${only.host} ${only.type}`
  return `${some.length} of ${all.length} targets`
}

function currentText(targets: readonly TargetDocument[]): string {
  const hosts = [...new Set(targets.map(({ host }) => host))]
  if (hosts.length === 1) return `${hosts[0]} is current`
  return hosts.length === 2 ? `${hosts.join(' and ')} are current` : `All ${hosts.length} hosts are current`
}

function dryRunText(targets: readonly TargetDocument[]): string {
  const count = targets.filter(({ action }) => action === 'publish').length
  if (count === 0) return 'Dry run: nothing would be written.'
  return `Dry run, nothing was sent: ${count} of ${targets.length} target${targets.length === 1 ? '' : 's'} would be written.`
}

/** Names are lower case and stay so. */
const sentence = (text: string) => (text.startsWith('the ') ? `T${text.slice(1)}.` : `${text}.`)
