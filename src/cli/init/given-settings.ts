import { nearestHint } from '../../config/nearest.ts'
import { ACCOUNT_SETTINGS, providerSettings, variableOf } from '../../config/provider-settings.ts'
import type { Provider } from '../../providers/provider.ts'
import { isRefusal, type Refusal, refuse, type Session } from './session.ts'
import { fromFile, refusalOf, type Settings } from './settings.ts'

export interface GivenSettings {
  readonly settings: Settings
  /** Those that the environment gives: it wins over what is written, so that nobody is asked for them. */
  readonly fixed: readonly string[]
}

/** What was given beforehand: by options, else by the variables that the configuration would read. */
export async function givenSettings(provider: Provider, session: Session): Promise<GivenSettings | Refusal> {
  const { given, environment, say } = session
  const own = providerSettings(provider)
  const known = [...own.map(({ name }) => name), ...Object.keys(ACCOUNT_SETTINGS)]
  const strange = [...given.settings.keys(), ...given.settingFiles.keys()].find((name) => !known.includes(name))
  if (strange !== undefined) return refuse(unknownSetting(strange, known, provider))
  const settings: Record<string, string> = {}
  const fixed: string[] = []
  for (const name of known) {
    const setting = own.find((one) => one.name === name)
    const text = await optionFor(name, session)
    if (isRefusal(text)) return refuse(`--setting-file ${name}: ${text.refused}`)
    const variable = await environment.lookup(variableOf(provider.id, name), setting?.secret)
    if (variable?.text !== undefined) {
      if (text !== undefined && text !== variable.text) {
        return refuse(
          `${name} is given, but ${variable.name} (${variable.origin}) says something else and wins: unset it`,
        )
      }
      fixed.push(name)
      if (text === undefined) say(`  ${name} is taken from ${variable.name}.`)
    }
    if (setting?.secret && given.settings.has(name)) say(readByAll(name))
    const value = text ?? variable?.text
    if (value !== undefined) settings[name] = value
  }
  const wrong = own.flatMap((setting) => {
    const value = settings[setting.name]
    const why = value === undefined ? undefined : refusalOf(provider, setting, value)
    return why === undefined ? [] : [`${setting.name}: ${why}`]
  })
  return wrong.length > 0 ? refuse(wrong.join('\nmxhome: ')) : { settings, fixed }
}

async function optionFor(name: string, { given }: Session): Promise<string | undefined | Refusal> {
  const path = given.settingFiles.get(name)
  if (path === undefined) return given.settings.get(name)
  const read = await fromFile(path)
  return isRefusal(read) ? read : read.text
}

const unknownSetting = (name: string, known: readonly string[], { id }: Provider) =>
  `${id} has no setting "${name}" (${nearestHint(name, known)}); all of them: mxhome providers ${id}`

const readByAll = (name: string) =>
  `mxhome: --setting ${name}=...: every user of this machine can read the arguments of a program; safer is --setting-file ${name}=PATH`
