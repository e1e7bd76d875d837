import * as z from 'zod'
import { Failure } from '../../core/failure.ts'
import { failedBy, outcomeOf, unchanged, updated } from '../../core/outcome.ts'
import type { DomainName } from '../../dns/name.ts'
import { sameAddresses } from '../../dns/rrset.ts'
import { stopAfter } from '../kits/stopping.ts'
import { type Access, type Provider, secret, type Tools, text } from '../provider.ts'
import { apiOf } from './route53-api.ts'
import { batchOf, type Change, findZone, idIn, readHeld } from './route53-zone.ts'

const Settings = z.strictObject({
  accessKeyId: text('Access key id'),
  secretAccessKey: secret('Secret access key'),
  sessionToken: secret('Session token; only with temporary credentials').optional(),
  zoneId: text('Id of the hosted zone (Z...); saves the look-up')
    .regex(/^(?:\/?hostedzone\/)?[A-Z0-9]+$/, 'expected the id of a hosted zone, such as Z111111QQQQQQQ')
    .optional(),
})
export type Settings = z.infer<typeof Settings>

/** Requests signed by SigV4, answers in XML. */
export const route53: Provider<Settings> = {
  id: 'route53',
  name: 'Amazon Route 53',
  docs: 'https://docs.aws.amazon.com/Route53/latest/APIReference/',
  writes: { together: true, ttl: {} },
  facts: { sure: 'agreed', verified: '2026-11', doubt: 'how many requests are taken' },
  endpoint: 'https://route53.amazonaws.com/2013-04-01',
  settings: Settings,
  // A batch would take many hosts, but one that is refused would take the others with it.
  traits: { readable: true, leftOut: 'kept', hostsPerRequest: 1, spacing: 0 },
  async *publish({ rrsets, ...access }, tools) {
    const { call, zone } = await open(access, rrsets[0].owner, tools)
    const changes: Change[] = []
    for (const rrset of rrsets) {
      const held = await readHeld(call, zone, rrset).catch(Failure.from)
      if (held instanceof Failure) {
        yield { rrset, outcome: failedBy(held) }
        stopAfter(failedBy(held))
      } else if (isAsWanted({ rrset, held })) yield { rrset, outcome: unchanged, before: held?.addresses ?? [] }
      else changes.push({ rrset, held })
    }
    if (changes.length === 0) return
    const request = { purpose: 'write', method: 'POST', path: `/hostedzone/${zone}/rrset/` } as const
    const outcome = await outcomeOf(async () => {
      await call({ ...request, body: batchOf(changes) }, 'ChangeInfo', 'Id')
      return updated
    })
    for (const { rrset, held } of changes) yield { rrset, outcome, before: held?.addresses ?? [] }
    stopAfter(outcome)
  },
  async read(rrset, access, tools) {
    const { call, zone } = await open(access, rrset.owner, tools)
    return (await readHeld(call, zone, rrset))?.addresses ?? []
  },
}

async function open(access: Access<Settings>, owner: DomainName, tools: Tools) {
  const call = apiOf(access, tools)
  const { zoneId } = access.settings
  return { call, zone: zoneId === undefined ? await findZone(call, owner) : idIn(zoneId) }
}

function isAsWanted({ rrset: { addresses, ttl }, held }: Change): boolean {
  if (!held) return addresses.length === 0
  return sameAddresses(held.addresses, addresses) && (ttl === undefined || held.ttl === ttl)
}
