import { describeProblems } from '../config/describe-problems.ts'
import { configSchema as schemaOf } from '../config/json-schema.ts'
import { showConfig } from '../config/show-config.ts'
import { loadProvider, providerIds } from '../providers/index.ts'
import { CONFIGURATION, type ExitCode, OK } from './exit-codes.ts'
import type { Context } from './index.ts'
import { readConfiguration } from './read-configuration.ts'

/** All problems at once. */
export async function configCheck({ terminal, options }: Context): Promise<ExitCode> {
  const { config, problems } = await readConfiguration(options)
  if (problems.length > 0) terminal.err(describeProblems(problems))
  if (!config) return CONFIGURATION
  const { domains, hosts, accounts } = config
  const named = [...domains, ...hosts].map(({ name }) => name).join(', ')
  terminal.out(`The configuration is right: ${named} at ${accounts.map(({ name }) => name).join(', ')}.\n`)
  return OK
}

/** Effective values, secrets hidden, and where they come from. */
export async function configShow({ terminal, options }: Context): Promise<ExitCode> {
  const { config, problems, effective } = await readConfiguration(options)
  if (problems.length > 0) terminal.err(describeProblems(problems))
  terminal.out(showConfig(effective))
  return config ? OK : CONFIGURATION
}

/** The JSON Schema of mxhome.yaml. */
export async function configSchema({ terminal }: Context): Promise<ExitCode> {
  const providers = await Promise.all(providerIds.map((id) => loadProvider(id)))
  terminal.out(`${JSON.stringify(schemaOf(providers.filter((one) => one !== undefined)), null, 2)}\n`)
  return OK
}
