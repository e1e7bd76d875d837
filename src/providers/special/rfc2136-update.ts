import { type ErrorKind, Failure } from '../../core/failure.ts'
import { describeEndpoint } from '../../dns/endpoint.ts'
import type { Rcode, RecordType } from '../../dns/message.ts'
import type { DomainName } from '../../dns/name.ts'
import type { AddressRRset, Seconds } from '../../dns/rrset.ts'
import { signMessage, TSIG_ERRORS, type TsigKey, verifyMessage } from '../../dns/tsig.ts'
import {
  absent,
  encodeUpdate,
  holdsExactly,
  rcodeOfAnswer,
  replaceWith,
  type Update,
  type UpdateRecord,
} from '../../dns/update.ts'
import type { Held, Server } from './rfc2136-server.ts'

/** One RRset that is to be replaced, and what was read of it. */
export interface Change {
  readonly rrset: AddressRRset
  readonly held: Held | undefined
  readonly ttl: Seconds
  /** What was read is made from a wildcard: the RRset itself does not exist. */
  readonly synthesised: boolean
}

const DATAGRAM = 512 // a longer message needs TCP, or EDNS in the request (RFC 1035 2.3.4)

/** Sends one UPDATE of address records; resolves to the RCODE of the answer. */
export const sendUpdate = (server: Server, zone: DomainName, changes: readonly Change[]): Promise<Rcode> =>
  sendSigned(server, {
    zone,
    prerequisites: changes.flatMap(asRead),
    updates: changes.flatMap(({ rrset, ttl }) => replaceWith(rrset, ttl)),
  })

/** Sends one UPDATE; resolves to the RCODE of the answer if its signature is the server's. */
export async function sendSigned(server: Server, update: Omit<Update, 'id'>): Promise<Rcode> {
  const { endpoint, tools, key, transport } = server
  const disbelief = (what: string) => disbelieved(server, what, update.updates.length > 0)
  const id = Math.floor(tools.random() * 0x10000)
  const request = signMessage(encodeUpdate({ id, ...update }), key, secondsOf(tools.now()))
  const over = transport === 'udp' && request.bytes.length <= DATAGRAM ? 'udp' : 'tcp'
  const answer = await tools.dns.send(request.bytes, endpoint, over)
  const rcode = rcodeOfAnswer(answer, id)
  const verdict = verifyMessage(answer, key, secondsOf(tools.now()), request.mac)
  if (!rcode || !verdict) throw disbelief('sends something that is no answer to the update')
  switch (verdict.kind) {
    case 'unsigned':
      // Of an update that asks for nothing anybody's refusal can be believed: there is nothing to lose.
      if (update.updates.length === 0 && ['REFUSED', 'NOTAUTH'].includes(rcode)) throw unsignedRefusal(rcode, server)
      throw disbelief(`answers ${rcode} without a TSIG signature`)
    case 'wrong':
      throw disbelief(`answers ${rcode}, but the answer is not believed: ${verdict.why}`)
    case 'refused':
      throw refusalOfKey(verdict.error, server)
    case 'genuine':
      if (verdict.error !== 0) throw refusalOfKey(verdict.error, server, verdict.serverTime)
      return rcode
  }
}

/** Prerequisites: nobody has changed the RRset since. Beside a CNAME a server would ignore the addition without a word. */
function asRead({ rrset, held, synthesised }: Change): UpdateRecord[] {
  const addresses = held && !synthesised ? held.addresses : []
  const records = holdsExactly({ ...rrset, addresses })
  return addresses.length > 0 ? records : [...records, absent({ owner: rrset.owner, type: 'CNAME' })]
}

/** A prerequisite has failed. */
export const isConflict = (rcode: Rcode): boolean => ['YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NXDOMAIN'].includes(rcode)

/** `asksForChange`: otherwise nothing can have been lost. */
function disbelieved({ endpoint }: Server, what: string, asksForChange: boolean): Failure {
  const open = asksForChange ? '; whether the update was made is not known' : ''
  return new Failure('protocol', `name server ${describeEndpoint(endpoint)} ${what}${open}`, { lost: asksForChange })
}

function refusalOfKey(error: number, { endpoint, key, tools }: Server, serverTime?: Seconds): Failure {
  const who = `name server ${describeEndpoint(endpoint)}`
  if (error === TSIG_ERRORS.BADTIME) {
    const away = serverTime === undefined ? '' : ` by ${Math.abs(serverTime - secondsOf(tools.now()))} s`
    // Not `auth`, which waits for the user: after a start without a clock of its own a machine sets the time by itself.
    return new Failure('unavailable', `the clocks of this machine and of ${who} differ${away} (BADTIME): set the clock`)
  }
  return new Failure('auth', `${who} refuses the TSIG key: ${reasonOf(error, key)}`)
}

/** PowerDNS does not say which of them it is, nor sign it. */
function unsignedRefusal(rcode: Rcode, { endpoint, key: { name, algorithm } }: Server): Failure {
  const who = `name server ${describeEndpoint(endpoint)}`
  const causes = `it does not know the key ${name} for ${algorithm}, has another secret for it, or takes no updates from here`
  return new Failure(
    'auth',
    `${who} refuses (${rcode}) without a signature: ${causes}; check keyName, keyAlgorithm, keySecret`,
  )
}

function reasonOf(error: number, { name, algorithm }: TsigKey): string {
  if (error === TSIG_ERRORS.BADKEY)
    return `it knows no key ${name} for ${algorithm} (BADKEY): check keyName, keyAlgorithm`
  if (error === TSIG_ERRORS.BADSIG) return `it has another secret for ${name} (BADSIG): check keySecret`
  return `TSIG error ${error}`
}

/** What an RCODE other than NOERROR means for one RRset. */
export function refusalOf(
  rcode: Rcode,
  { endpoint, key }: Server,
  zone: DomainName,
  { owner, type }: { readonly owner: DomainName; readonly type: RecordType },
  held: Pick<Held, 'alias'> | undefined,
): Failure {
  const who = `name server ${describeEndpoint(endpoint)}`
  if (isConflict(rcode) && held?.alias !== undefined) {
    const remedy = `remove the CNAME, or name ${held.alias} as the host`
    return new Failure(
      'rejected',
      `${owner} is an alias (CNAME) of ${held.alias}, beside which no ${type} can stand: ${remedy}`,
    )
  }
  if (isConflict(rcode)) {
    return new Failure('unavailable', `${owner} ${type} is being changed by someone else at the same time (${rcode})`)
  }
  const [kind, why] = REFUSALS[rcode] ?? (['protocol', () => 'an answer that is not expected'] as const)
  const reason = rcode === 'REFUSED' ? 'policy' : undefined
  return new Failure(kind, `${who} does not change ${owner} ${type} in ${zone}: ${why(key)} (${rcode})`, { reason })
}

const REFUSALS: Partial<Record<Rcode, [kind: ErrorKind, why: (key: TsigKey) => string]>> = {
  REFUSED: [
    'auth',
    ({ name }) => `the key ${name} may not; see allow-update, update-policy or acl in its configuration`,
  ],
  NOTAUTH: ['rejected', () => 'it is not the primary server of that zone; correct the setting server'],
  NOTZONE: ['rejected', () => 'the host is not in that zone; correct the setting zone'],
  SERVFAIL: ['unavailable', () => 'it has failed'],
  NOTIMP: ['unsupported', () => 'it does not take updates'],
}

const secondsOf = (instant: number): Seconds => Math.floor(instant / 1000)
