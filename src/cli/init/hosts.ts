import type { MailSeen } from '../../config/init-answers.ts'
import { type DomainName, parseName } from '../../dns/name.ts'
import { readName } from './given.ts'
import type { Session } from './session.ts'

const OTHER = 'another host'

/** The hosts that shall follow this line's address. Without a word: the MX host that is tried first. */
export async function chooseHosts(seen: MailSeen, session: Session): Promise<readonly DomainName[]> {
  const hosts = await choose(seen, session)
  const isNamed = hosts.some((host) =>
    seen.mx.some(({ exchange }) => exchange === host || seen.aliases.get(exchange) === host),
  )
  if (seen.mx.length > 0 && !isNamed) {
    session.say(`  The MX record of ${seen.domain} names none of these hosts: no mail comes to them until it does.`)
  }
  return hosts
}

async function choose(seen: MailSeen, { dialog, given, say }: Session): Promise<readonly DomainName[]> {
  if (given.hosts) return given.hosts
  const named = seen.mx.flatMap(({ exchange }) => parseName(exchange) ?? [])
  const proposal = named[0] ?? (`mail.${seen.domain}` as DomainName)
  if (!dialog) {
    say(`  Kept is ${proposal}${named.length > 0 ? ', the MX host that is tried first' : ''}. Another one: --host NAME`)
    return [proposal]
  }
  const first = await firstHost(proposal, named, dialog)
  const more = await dialog.text(
    'Further hosts with the same address, such as owa (comma separated; none: Enter):',
    (answer) => hostsIn(answer, seen.domain).find((host): host is string => typeof host === 'string'),
  )
  const others = hostsIn(more, seen.domain).flatMap((host) => (typeof host === 'string' ? [] : [host.name]))
  return [...new Set([first, ...others])]
}

async function firstHost(proposal: DomainName, named: readonly DomainName[], dialog: NonNullable<Session['dialog']>) {
  const message = 'Which host is the mail server on this line?'
  const chosen =
    named.length < 2
      ? await dialog.text(message, wrongName, proposal)
      : await dialog.choice(
          message,
          [...named, OTHER].map((name) => ({ name, value: name })),
          proposal,
        )
  const name = chosen === OTHER ? await dialog.text('Its name:', wrongName) : chosen
  return parseName(name) ?? proposal
}

const wrongName = (answer: string): string | undefined => {
  const read = readName(answer, true)
  return typeof read === 'string' ? read : undefined
}

/** A word without a dot is a name in the domain. */
const hostsIn = (text: string, domain: DomainName) =>
  text
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '')
    .map((host) => readName(host.includes('.') ? host : `${host}.${domain}`, true))
