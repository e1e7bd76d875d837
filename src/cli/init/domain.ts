import type { MailSeen } from '../../config/init-answers.ts'
import { isAddress } from '../../core/locate.ts'
import type { DomainName } from '../../dns/name.ts'
import { TEMPORARY } from '../exit-codes.ts'
import { readDomain } from './given.ts'
import { lookUpMail, lookUpServers } from './look-up.ts'
import { isRefusal, type Refusal, type Session } from './session.ts'

/** The mail domain, and what its name servers say of its mail. A person is asked again until it is one. */
export async function findDomain(suffixes: readonly string[], session: Session): Promise<MailSeen | Refusal> {
  const { dialog, given, say } = session
  for (let domain = given.domain; ; domain = undefined) {
    domain ??= await askDomain(session)
    const seen = await lookUpMail(domain, suffixes, session)
    if (isRefusal(seen)) {
      if (!dialog || given.domain || seen.code === TEMPORARY) return seen
      say(`  ${seen.refused}`)
      continue
    }
    await describe(seen, session)
    return seen
  }
}

async function askDomain({ dialog }: Session): Promise<DomainName> {
  const wrong = (answer: string) => {
    const read = readDomain(answer)
    return typeof read === 'string' ? read : undefined
  }
  const read = readDomain(await dialog!.text('Your mail domain (what stands behind the @):', wrong))
  if (typeof read === 'string') throw new RangeError(read)
  return read.name
}

async function describe({ domain, mx, aliases, takesNoMail }: MailSeen, session: Session): Promise<void> {
  const { say } = session
  if (domain.includes('xn--')) say(`  In DNS it is written ${domain}.`)
  for (const { preference, exchange } of mx) {
    const alias = aliases.get(exchange)
    const wrong = isAddress(exchange)
      ? '  an address, which takes no mail: let the MX name a host'
      : alias === undefined
        ? ''
        : `  an alias of ${alias}: let the MX name that host, others refuse such mail`
    say(`  ${domain}  MX  ${preference}  ${exchange}${wrong}`)
  }
  if (mx.length > 0) return
  if (takesNoMail) {
    const change = 'let its MX name the host of this line instead, at your provider'
    say(`  ${domain} has a null MX: it says that it takes no mail. If it shall, ${change}.`)
    return
  }
  const apex = (await lookUpServers(domain, session))?.apex
  const hint = apex === undefined || apex === domain ? '' : ` (it is a host in ${apex}; is that the mail domain?)`
  say(`  ${domain} has no MX record${hint}. Make one at your provider: it names the host of this line, by its name.`)
}
