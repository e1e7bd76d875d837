import type { FileText } from '../../config/environment.ts'
import type { InitForm } from '../../config/init-files.ts'
import { loadConfig } from '../../config/load-config.ts'
import { providerSettings } from '../../config/provider-settings.ts'
import { type Hide, hiderOf } from '../../core/secrets.ts'
import { loadProvider, providerIds } from '../../providers/index.ts'
import type { Provider } from '../../providers/provider.ts'

/**
 * What hides the secrets of a configuration that lies there already, and those of the new one: what the reader finds in it,
 * and, since it may be one that cannot be read, whatever stands behind the name of a secret setting.
 */
export async function hiderOfOld(
  old: FileText,
  fresh: readonly string[],
  form: InitForm,
  all: readonly Provider[],
): Promise<Hide> {
  const { secrets } = await loadConfig({
    env: {},
    ...(form === 'yaml' ? { yaml: old } : { dotenv: old }),
    readFile: () => ({ error: 'not asked for', missing: true }),
    catalogue: { ids: providerIds, load: loadProvider },
    hasVarLib: false,
    tty: true,
  })
  const hide = hiderOf([...secrets, ...fresh])
  const settings = all.flatMap((provider) => providerSettings(provider)).filter(({ secret }) => secret)
  const names = [...settings.flatMap(({ name, env }) => [name, env]), 'listenToken', 'MXHOME_LISTEN_TOKEN']
  const behind = new RegExp(
    `((?:^|[\\s{,"'_-])(?:${[...new Set(names)].join('|')})["']?\\s*[:=]\\s*)(?!\\\${)\\S.*`,
    'gim',
  )
  return (text) => hide(text).replace(KEYS, '***').replace(behind, '$1***').replace(LOGINS, '//***@')
}

const KEYS = /-----BEGIN[\s\S]*?-----END[^-]*-----/g
const LOGINS = /\/\/[^/\s@]*@/g
