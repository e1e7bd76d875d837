import type { FindingAbout } from './catalogue/about.ts'
import { HOST } from './catalogue/host.ts'
import { MAIL_SERVER } from './catalogue/mail-server.ts'
import { MX } from './catalogue/mx.ts'
import { OWN } from './catalogue/own.ts'
import { WAY_IN } from './catalogue/way-in.ts'
import { WAY_OUT } from './catalogue/way-out.ts'
import type { FindingId } from './finding.ts'

export type { FindingAbout } from './catalogue/about.ts'

/** Every finding: exhaustive by its type. */
const CATALOGUE: Readonly<Record<FindingId, FindingAbout>> = {
  ...MX,
  ...HOST,
  ...WAY_IN,
  ...MAIL_SERVER,
  ...WAY_OUT,
  ...OWN,
}

export const aboutFinding = (id: FindingId): FindingAbout => CATALOGUE[id]

const idsOf = (group: Partial<Record<FindingId, FindingAbout>>) => Object.keys(group) as readonly FindingId[]

/** In the order in which an admin would look. */
export const FINDING_GROUPS: readonly { readonly title: string; readonly ids: readonly FindingId[] }[] = [
  { title: 'The MX', ids: idsOf(MX) },
  { title: "The host's addresses, and the zone", ids: idsOf(HOST) },
  { title: 'The way in', ids: idsOf(WAY_IN) },
  { title: 'The mail server', ids: idsOf(MAIL_SERVER) },
  { title: 'The way out', ids: idsOf(WAY_OUT) },
  { title: 'mxhome itself', ids: idsOf(OWN) },
]
