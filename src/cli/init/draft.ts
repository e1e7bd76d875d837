import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { prepare, type Setup } from '../../app/setup.ts'
import { describeProblems } from '../../config/describe-problems.ts'
import type { ReadFile } from '../../config/environment.ts'
import type { InitAnswers } from '../../config/init-answers.ts'
import { filesOf, type InitFile } from '../../config/init-files.ts'
import { loadConfig } from '../../config/load-config.ts'
import { loadProvider, providerIds } from '../../providers/index.ts'
import type { Provider } from '../../providers/provider.ts'
import { CONFIGURATION } from '../exit-codes.ts'
import { readFile } from '../read-file.ts'
import { type Refusal, refuse, type Session } from './session.ts'

/** The configuration as it would be read if it lay there already. */
export interface Draft {
  readonly files: readonly InitFile[]
  readonly setup: Setup
  readonly secrets: readonly string[]
  /** What the provider had against it; the user has kept it all the same. */
  readonly objection?: Refusal
}

/** The answers as files, read by the program's own reader together with the environment that holds here. */
export async function draftOf(
  answers: InitAnswers,
  provider: Provider,
  dir: string,
  session: Session,
): Promise<Draft | Refusal> {
  const { given, context, dotenv, outside } = session
  const files = filesOf(answers, provider, given.form, dir)
  const texts = new Map(files.map(({ path, text }) => [join(dir, path), text]))
  const reading: ReadFile = (path) => {
    const text = texts.get(path)
    return text === undefined ? readFile(path) : { text, mode: 0o600 }
  }
  const [main] = files
  const own = { path: join(dir, main!.path), text: main!.text, mode: 0o600 }
  const loaded = await loadConfig({
    env: process.env,
    ...(given.form === 'yaml' ? { yaml: own, dotenv } : { dotenv: own }),
    readFile: reading,
    catalogue: { ids: providerIds, load: loadProvider },
    hasVarLib: existsSync('/var/lib/mxhome'),
    tty: true,
  })
  context.keep?.(loaded.secrets)
  const { config } = loaded
  if (!config) return refuse(describeProblems(loaded.problems).trimEnd(), CONFIGURATION)
  const use = config.accounts[0]?.use
  if (use !== provider.id) {
    return refuse(
      `the environment wins over the file, and says MXHOME_PROVIDER=${use}: take it out first`,
      CONFIGURATION,
    )
  }
  return { files, setup: prepare(config, loaded.providers, outside, context.version), secrets: loaded.secrets }
}
