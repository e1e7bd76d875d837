import type { Setup } from '../app/setup.ts'
import { Failure } from '../core/failure.ts'
import type { MxSet } from '../core/locate.ts'
import { type DomainName, labelsWithin } from '../dns/name.ts'
import { delegatedZone } from '../lookup/zone.ts'
import type { MxForm } from '../providers/facts.ts'
import { NEW_MX_TTL } from '../providers/kits/held-mx.ts'
import { byHandText } from '../report/mx-apply-text.ts'
import type { MxDomainDocument } from '../report/mx-document.ts'
import type { TextStyle } from '../report/text-style.ts'

/** Words that most pages have. */
const USUAL: MxForm = { host: 'Host name', apex: '@', pointsTo: 'Points to', priority: 'Priority' }

/** What is to be entered where mxhome cannot write, in the words of the provider's form. */
export async function byHand(
  domain: DomainName,
  wanted: MxSet,
  { servers }: MxDomainDocument,
  form: MxForm = USUAL,
  { asking }: Setup,
  style: TextStyle,
  signal: AbortSignal,
): Promise<string> {
  const zone = await delegatedZone(asking, domain, signal).catch(Failure.from)
  const apex = zone instanceof Failure ? undefined : zone.apex
  const { apex: atApex, ...page } = form
  const name = atApex === undefined ? domain : (apex && labelsWithin(domain, apex)) || atApex
  const heard = servers.find(({ mx }) => mx !== null)?.mx ?? []
  const found = heard.map(({ host, preference }) => ({ exchange: host, preference }))
  return byHandText(domain, found, wanted, { ...page, name }, NEW_MX_TTL, style)
}
