import { nearestHint } from '../config/nearest.ts'
import { settingsOf } from '../config/provider-settings.ts'
import { loadProvider, providerIds } from '../providers/index.ts'
import type { Provider } from '../providers/provider.ts'
import { type ProviderDocument, providersText, providerText } from '../report/provider-text.ts'
import { type ExitCode, USAGE } from './exit-codes.ts'
import type { Context } from './index.ts'

/** All adapters; or one with its settings, limits and an example. Needs no configuration. */
export async function providers(
  { terminal }: Context,
  id: string | undefined,
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const view = { colour: terminal.colour }
  if (id !== undefined) {
    const provider = await loadProvider(id)
    if (!provider) {
      terminal.err(
        `mxhome: there is no provider "${id}"${nearestHint(id, providerIds) ? `; ${nearestHint(id, providerIds)}` : ''}. See: mxhome providers\n`,
      )
      return USAGE
    }
    const document = documentOf(provider)
    terminal.out(json ? `${JSON.stringify(document, null, 2)}\n` : providerText(document, view))
    return 0
  }
  const all = (await Promise.all(providerIds.map((one) => loadProvider(one))))
    .filter((one) => one !== undefined)
    .map(documentOf)
  terminal.out(json ? `${JSON.stringify({ providers: all }, null, 2)}\n` : providersText(all, view))
  return 0
}

function documentOf(provider: Provider): ProviderDocument {
  const { id, name, docs, endpoint, traits, suffixes = [], cannot = {} } = provider
  const settings = settingsOf(provider)
  return {
    id,
    name,
    docs,
    endpoint,
    traits,
    suffixes,
    cannot,
    settings: settings.map((one) => ({ ...one })),
  } as unknown as ProviderDocument
}
