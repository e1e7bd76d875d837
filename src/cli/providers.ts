import { nearestHint } from '../config/nearest.ts'
import { providerSettings } from '../config/provider-settings.ts'
import { DAY, SECOND } from '../core/instant.ts'
import type { AddressType } from '../dns/rrset.ts'
import { loadProvider, providerIds } from '../providers/index.ts'
import type { Provider } from '../providers/provider.ts'
import {
  exampleOf,
  type ProviderDocument,
  type ProviderLine,
  providersText,
  providerText,
} from '../report/provider-text.ts'
import { type ExitCode, USAGE } from './exit-codes.ts'
import type { Context } from './index.ts'
import { print } from './print.ts'

/** All adapters; or one with its settings, limits and an example. Needs no configuration. */
export async function providers(
  context: Context,
  id: string | undefined,
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const { terminal } = context
  const now = Date.now()
  if (id === undefined) {
    const all = await Promise.all(providerIds.map((one) => loadProvider(one)))
    const lines = all.flatMap((one) => (one ? [lineOf(one)] : []))
    print(terminal, now, json, { providers: lines }, providersText)
    return 0
  }
  const provider = await loadProvider(id)
  if (!provider) {
    const hint = nearestHint(id, providerIds)
    terminal.err(`mxhome: there is no provider "${id}" (${hint}); all of them: mxhome providers\n`)
    return USAGE
  }
  print(terminal, now, json, documentOf(provider), providerText)
  return 0
}

const TYPES: readonly AddressType[] = ['A', 'AAAA']

const lineOf = ({ id, name, traits, writeMx, cannot = {} }: Provider): ProviderLine => ({
  id,
  name,
  families: TYPES.filter((type) => cannot[type] === undefined),
  reads: traits.readable,
  writesMx: writeMx !== undefined,
})

function documentOf(provider: Provider): ProviderDocument {
  const { docs, suffixes = [] } = provider
  const settings = providerSettings(provider).map(({ name, env, about, secret, required, example = null }) => {
    return { name, environment: env, description: about, secret, required, example }
  })
  const example = exampleOf({ id: provider.id, settings })
  return { ...lineOf(provider), docs, settings, limits: limitsOf(provider), suffixes, example }
}

function limitsOf({ traits, facts: { mostMx }, cannot = {}, ownZonesOnly }: Provider): string[] {
  const { spacing, refresh, leftOut, hostsPerRequest } = traits
  return [
    ...TYPES.flatMap((type) => (cannot[type] === undefined ? [] : [`no ${type}: ${cannot[type]}`])),
    ...(spacing > 0 ? [`at least ${spacing} s between two updates`] : []),
    ...(refresh === undefined
      ? []
      : [
          `an idle host is sent again after ${Math.round((refresh * SECOND) / DAY)} days, before the service deletes it`,
        ]),
    ...(leftOut === 'kept' ? [] : ['a request may clear the family that it leaves out: both are sent together']),
    ...(hostsPerRequest > 1 ? [`up to ${hostsPerRequest} hosts in one request`] : []),
    ...(mostMx === undefined ? [] : [`at most ${mostMx} MX records of a domain`]),
    ...(ownZonesOnly ? ["keeps names in the service's own zones only"] : []),
  ]
}
