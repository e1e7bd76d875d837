import { Failure } from '../../core/failure.ts'
import { reversedLabels } from '../../dns/reverse-name.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import { parseAddress } from '../../dns/rrset.ts'
import type { Asker } from '../asker.ts'
import { whyRefused } from '../blocklist-codes.ts'
import type { Learnt } from '../learnt.ts'
import { dataAt } from './answers.ts'
import { learn } from './learn.ts'

/** One address at one blocklist (RFC 5782). */
export interface BlocklistFacts {
  readonly address: IpAddress
  /** `zen.spamhaus.org`, without a key. */
  readonly list: string
  /** Answers within 127/8; [] = not listed. A Failure: refused, silent, or the control queries failed. */
  readonly codes: Learnt<readonly IpAddress[]>
}

/** RFC 5782 5: every list of addresses has the one and not the other. */
const LISTED = parseAddress('127.0.0.2')!
const UNLISTED = parseAddress('127.0.0.1')!

/** Never rejects. The key is a secret: it stands in no fact and no message. */
export async function askBlocklists(asker: Asker, addresses: readonly IpAddress[]): Promise<readonly BlocklistFacts[]> {
  if (addresses.length === 0) return []
  const list = asker.dqsKey === undefined ? 'zen.spamhaus.org' : 'zen.dq.spamhaus.net'
  const ask = (address: IpAddress) => codesOf(asker, list, address)
  const control = learn(() => mustBeSound(list, ask))
  const facts = addresses.map(async (address) => {
    const [codes, sound] = await Promise.all([learn(() => ask(address)), control])
    return { address, list, codes: sound instanceof Failure ? sound : codes }
  })
  return Promise.all(facts)
}

async function codesOf(asker: Asker, list: string, address: IpAddress): Promise<readonly IpAddress[]> {
  const name = `${reversedLabels(address)}.${prefixOf(asker)}${list}`
  const reply = await asker.stub(name, 'A').catch((thrown) => {
    throw withoutKey(Failure.from(thrown), asker.dqsKey)
  })
  const codes = dataAt(reply, name, 'A').map((data) => data.address)
  const strange = codes.find((code) => !code.startsWith('127.'))
  if (strange === undefined) return codes
  throw new Failure(
    'protocol',
    `${list} would answer within 127.0.0.0/8, but the resolver says ${strange}: it makes answers up`,
  )
}

function prefixOf({ dqsKey }: Asker): string {
  if (dqsKey === undefined) return ''
  if (/^[a-z0-9]{1,63}$/i.test(dqsKey)) return `${dqsKey.toLowerCase()}.`
  throw new Failure('unsupported', 'dqsKey is no key of Spamhaus: expected letters and digits')
}

/** Whoever repeats the name that was asked for repeats the key. */
function withoutKey({ kind, message, reason }: Failure, key: string | undefined): Failure {
  return new Failure(kind, key === undefined ? message : message.replace(new RegExp(`${key}\\.?`, 'gi'), ''), {
    reason,
  })
}

/** Refused resolvers, those that invent answers and those that filter them are found by two names whose answers are known. */
async function mustBeSound(list: string, ask: (address: IpAddress) => Promise<readonly IpAddress[]>): Promise<void> {
  const [listed, unlisted] = await Promise.all([ask(LISTED), ask(UNLISTED)])
  const why = [...listed, ...unlisted].map(whyRefused).find((one) => one !== undefined)
  if (why !== undefined) throw new Failure('rejected', `${list} refuses to answer: ${why}`)
  if (unlisted.length > 0)
    throw new Failure(
      'protocol',
      `the resolver says that ${list} lists even ${UNLISTED}, which no list may: it makes answers up`,
    )
  if (listed.length === 0)
    throw new Failure(
      'rejected',
      `${list} does not list ${LISTED}, which every list must: the resolver is refused, or filters`,
    )
}
