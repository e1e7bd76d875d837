import { type InitAnswers, listsFor, type MailSeen } from '../../config/init-answers.ts'
import { type DomainName, parseName } from '../../dns/name.ts'
import type { Provider } from '../../providers/provider.ts'
import type { Dialog } from './dialog.ts'
import { type Draft, draftOf } from './draft.ts'
import { type GivenSettings, givenSettings } from './given-settings.ts'
import { chooseProvider } from './provider.ts'
import { isRefusal, type Refusal, refuse, type Session } from './session.ts'
import { askSettings, missingSettings, type Settings } from './settings.ts'
import { tryCredentials } from './try-out.ts'

interface Wanted {
  readonly seen: MailSeen
  readonly hosts: readonly DomainName[]
  readonly dir: string
}

/** The account at the provider, tried out: the configuration with it. A person may try again, and again. */
export async function openAccount(
  wanted: Wanted,
  all: readonly Provider[],
  session: Session,
): Promise<Draft | Refusal> {
  const provider = await chooseProvider(ownerOf(wanted), all, session)
  if (isRefusal(provider)) return provider
  const opened = await openAt(provider, wanted, session)
  if (opened !== 'other') return opened
  const given = { ...session.given, provider: undefined, settings: new Map(), settingFiles: new Map() }
  return openAccount(wanted, all, { ...session, given })
}

async function openAt(provider: Provider, wanted: Wanted, session: Session): Promise<Draft | Refusal | 'other'> {
  const { dialog } = session
  const found = await givenSettings(provider, session)
  if (isRefusal(found)) return found
  const ipv6 = session.given.ipv6 ?? (await wantsIpv6(provider, session))
  const lists = listsFor(wanted.hosts, wanted.seen, provider)
  for (let beforehand = found.settings; ; beforehand = withoutAsked(provider, found)) {
    const settings = dialog ? await askSettings(provider, beforehand, dialog, session) : beforehand
    const lacking = missingSettings(provider, settings).filter(({ required }) => required)
    if (lacking.length > 0) return refuse(`missing: ${lacking.map(howToGive).join('; ')}`)
    const answers: InitAnswers = { domain: wanted.seen.domain, ...lists, provider: provider.id, settings, ipv6 }
    const draft = await draftOf(answers, provider, wanted.dir, session)
    const refused = isRefusal(draft) ? draft : await tryCredentials(ownerOf(wanted), provider, draft, session)
    if (!refused) return draft
    if (!dialog) return refuse(`${refused.refused}\nmxhome: nothing was written`, refused.code)
    session.say(`\n  ${refused.refused}`)
    const canAsk = missingSettings(provider, withoutAsked(provider, found)).length > 0
    const next = await askNext({ canAsk, canKeep: !isRefusal(draft) }, dialog)
    if (next === 'stop') return refuse('nothing was written', refused.code)
    if (next === 'keep') return isRefusal(draft) ? draft : { ...draft, objection: refused }
    if (next === 'other') return next
  }
}

const ownerOf = ({ seen, hosts: [first] }: Wanted): DomainName =>
  parseName(seen.aliases.get(first!) ?? first!) ?? first!

export const howToGive = ({
  name,
  secret,
  env,
}: {
  readonly name: string
  readonly secret: boolean
  readonly env: string
}) => (secret ? `--setting-file ${name}=PATH (or ${env} in the environment)` : `--setting ${name}=VALUE`)

/** What is asked for again: all that the provider must have, but for what the environment says. */
function withoutAsked(provider: Provider, { settings, fixed }: GivenSettings): Settings {
  const asked = missingSettings(provider, {}).map(({ name }) => name)
  return Object.fromEntries(Object.entries(settings).filter(([name]) => fixed.includes(name) || !asked.includes(name)))
}

async function wantsIpv6({ cannot }: Provider, { dialog }: Session): Promise<boolean> {
  if (!dialog || cannot?.AAAA !== undefined) return false
  return dialog.yes('Keep AAAA records (IPv6) as well? Only if mxhome runs on the mail server itself.', false)
}

type Next = 'again' | 'other' | 'keep' | 'stop'

function askNext({ canAsk, canKeep }: { canAsk: boolean; canKeep: boolean }, dialog: Dialog): Promise<Next> {
  const choices: { readonly name: string; readonly value: Next }[] = [
    ...(canAsk ? [{ name: 'enter the credentials again', value: 'again' } as const] : []),
    { name: 'take another provider', value: 'other' },
    ...(canKeep ? [{ name: 'keep them all the same', value: 'keep' } as const] : []),
    { name: 'stop; nothing is written', value: 'stop' },
  ]
  return dialog.choice('What now?', choices)
}
