import { nonexistentText } from '../core/locate-findings.ts'
import { type MxDomainDocument, type MxServerDocument, setText } from './mx-document.ts'
import type { Tint } from './text-style.ts'

export interface MxVerdict {
  readonly text: string
  readonly tint: Tint
}

/** One domain's MX in a sentence or two, with what to do. */
export function mxVerdict(one: MxDomainDocument): MxVerdict {
  const { wanted, servers, differs, problem, nxdomain, alias } = one
  const heard = servers.filter(({ mx }) => mx !== null)
  if (nxdomain) return { text: absentText(one, heard.length), tint: 'red' }
  if (heard.length === 0) return { text: `Nothing is known: ${problem ?? 'no name server answered'}.`, tint: 'yellow' }
  const silent = heard.length === servers.length ? '' : ` (${heard.length} of ${servers.length})`
  if (wanted && !differs) return { text: `As wanted at every name server that answers${silent}.`, tint: 'green' }
  if (wanted) return { text: differenceText(one, heard), tint: 'red' }
  if (differs) {
    return { text: 'The name servers differ. Wait for the transfer, or mend the one that lags.', tint: 'red' }
  }
  const isEmpty = heard.every(({ mx }) => mx?.length === 0)
  const isNull = heard.every(({ mx }) => mx?.some(({ host }) => host === '.'))
  const none = alias ? `: of an alias the MX of ${alias} counts` : ': there is no MX record'
  const what = isEmpty ? none : isNull ? ': a null MX, the domain takes no mail' : ''
  return { text: `All name servers that answer agree${what}${silent}.`, tint: 'green' }
}

/** A name within a zone of the user's may be about to be made; a slip of the pen must show all the same. */
function absentText({ domain, wanted, writable }: MxDomainDocument, heard: number): string {
  const absent = `${capital(nonexistentText(domain))}.`
  return wanted && heard > 0 ? `${absent} If it is right, ${remedyFor(domain, writable)}.` : absent
}

function differenceText({ domain, wanted, servers, writable }: MxDomainDocument, heard: readonly MxServerDocument[]) {
  const wrong = heard.filter(({ mx }) => setText(mx) !== setText(wanted))
  if (wrong.length < heard.length) {
    const where = [...new Set(wrong.map(({ name, address }) => name || address))].join(', ')
    // To write it once more would change nothing: it is there, and on its way to the others, or stuck.
    const then = `Look again later; if it lasts, look at the transfer of the zone to ${where}.`
    return `Not as wanted at ${where}: another server has it so, and it may be on its way. ${then}`
  }
  const all = heard.length === servers.length ? 'any name server' : 'any name server that answers'
  return `Not as wanted at ${all}: ${remedyFor(domain, writable)}, or correct the wish.`
}

const remedyFor = (domain: string, writable: boolean | undefined) =>
  writable ? `run "mxhome mx apply ${domain}"` : 'enter the wanted records at the provider'

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
