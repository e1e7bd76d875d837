import { Failure } from '../../core/failure.ts'
import { SECOND } from '../../core/instant.ts'
import type { DomainName } from '../../dns/name.ts'
import type { Asker } from '../asker.ts'
import type { Learnt } from '../learnt.ts'
import { type MtaStsPolicy, parsePolicy, printable } from '../mta-sts-policy.ts'
import { dataAt } from './answers.ts'
import { learn } from './learn.ts'

export type { MtaStsPolicy } from '../mta-sts-policy.ts'

/** MTA-STS (RFC 8461): what the TXT record announces and the policy says. */
export interface MtaStsFacts {
  /** Strings at `_mta-sts.` the domain that begin with `v=STSv1`; [] = not used. */
  readonly records: readonly string[]
  /** undefined: not fetched, since nothing announces it. */
  readonly policy: Learnt<MtaStsPolicy> | undefined
}

/** Senders wait a minute (RFC 8461 3.3); who waits at a screen does not. */
const TIMEOUT = 15 * SECOND
const MOST_BYTES = 64 * 1024

/** Rejects with a Failure where the TXT record could not be looked up. */
export async function askMtaSts(asker: Asker, domain: DomainName): Promise<MtaStsFacts> {
  const name = `_mta-sts.${domain}`
  const texts = dataAt(await asker.stub(name, 'TXT'), name, 'TXT').map(({ strings }) => strings.join(''))
  const records = texts.filter((text) => /^v=STSv1\s*(?:;|$)/.test(text))
  const policy = records.length > 0 ? await learn(() => fetchPolicy(asker, domain)) : undefined
  return { records, policy }
}

async function fetchPolicy({ world, signal }: Asker, domain: DomainName): Promise<MtaStsPolicy> {
  const url = `https://mta-sts.${domain}/.well-known/mta-sts.txt`
  const { status, headers, body } = await world.http(
    { purpose: 'read', method: 'GET', url, timeout: TIMEOUT, maxBytes: MOST_BYTES },
    signal,
  )
  if (status >= 300 && status < 400)
    throw new Failure('rejected', `${url} redirects (${status}), which senders must not follow`)
  if (status !== 200) throw new Failure('rejected', `${url} answers ${status}`)
  const type = (headers['content-type'] ?? 'nothing').split(';')[0]!.trim().toLowerCase()
  if (type !== 'text/plain')
    throw new Failure('protocol', `${url} is served as ${printable(type)} instead of text/plain`)
  return parsePolicy(body)
}
