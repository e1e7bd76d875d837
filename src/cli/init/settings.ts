import { coerce, type ProviderSetting, providerSettings } from '../../config/provider-settings.ts'
import { credentialsOf } from '../../providers/credentials.ts'
import type { Provider } from '../../providers/provider.ts'
import { readFile } from '../read-file.ts'
import type { Dialog } from './dialog.ts'
import { isRefusal, type Refusal, refuse, type Session } from './session.ts'

export type Settings = Readonly<Record<string, string>>

/** What belongs into a smallest configuration and is not there yet. */
export function missingSettings(provider: Provider, found: Settings): readonly ProviderSetting[] {
  const all = providerSettings(provider)
  const given = all.flatMap((one) => (found[one.name] === undefined ? [] : [[one.name, coerce(found[one.name]!, one)]]))
  // A token is not missed where user name and key are given in its place.
  const suffices = provider.settings.safeParse(Object.fromEntries(given)).success
  return all.filter(({ name, required, example, secret }) => {
    if (found[name] !== undefined || required) return found[name] === undefined
    if (example === undefined || (secret && suffices)) return false
    return !(name === 'server' && found.baseUrl !== undefined)
  })
}

/** Asks for them, one after the other; what was entered wrongly before is asked anew. */
export async function askSettings(
  provider: Provider,
  found: Settings,
  dialog: Dialog,
  { say }: Session,
): Promise<Settings> {
  const missing = missingSettings(provider, found)
  const { where, page, note } = credentialsOf(provider.id)!
  if (missing.some(({ secret }) => secret)) {
    say(`  Where the credentials are made: ${page ? `${page}\n  ` : ''}${where}.${note ? `\n  ${note}` : ''}`)
  }
  const entered: Record<string, string> = { ...found }
  for (const setting of missing) {
    const { name } = setting
    const message = `${setting.about}:`
    const wrong = (answer: string) => {
      if (answer === '') return setting.required || setting.secret ? 'it cannot be left out' : undefined
      return refusalOf(provider, setting, answer)
    }
    const answer = setting.severalLines
      ? await askFile(setting, wrong, dialog)
      : setting.secret
        ? await dialog.hidden(message, wrong)
        : setting.words
          ? await dialog.choice(
              message,
              setting.words.map((word) => ({ name: word, value: word })),
            )
          : await dialog.text(message, wrong)
    if (answer !== '') entered[name] = answer
  }
  return entered
}

/** No line of a terminal takes it. */
async function askFile(
  { about }: ProviderSetting,
  wrong: (text: string) => string | undefined,
  dialog: Dialog,
): Promise<string> {
  for (let why = ''; ; ) {
    const path = await dialog.text(`${why}${about}; the path of the file that holds it:`, (answer) =>
      answer === '' ? 'it cannot be left out' : undefined,
    )
    const read = await fromFile(path)
    const refused = isRefusal(read) ? read.refused : wrong(read.text)
    if (refused === undefined && !isRefusal(read)) return read.text
    why = `${refused}. `
  }
}

/** What a file holds, without the end of its last line. */
export async function fromFile(path: string): Promise<{ readonly text: string } | Refusal> {
  const read = await readFile(path)
  if ('error' in read) return refuse(`${path}: ${read.error}${read.remedy ? `; ${read.remedy}` : ''}`)
  const text = read.text.replace(/^\uFEFF/, '').replace(/\r?\n$/, '')
  return text.trim() === '' ? refuse(`${path} is empty`) : { text }
}

/** What the adapter has against one value by itself; nothing of a secret is in it. */
export function refusalOf(provider: Provider, setting: ProviderSetting, text: string): string | undefined {
  const { name, secret, severalLines, about } = setting
  if (secret && !severalLines && /[\r\n]/.test(text)) return 'expected one line'
  const parsed = provider.settings.safeParse({ [name]: coerce(secret ? text : text.trim(), setting) })
  const issue = parsed.error?.issues.find(({ path }) => path[0] === name)
  return issue && (/^expected .+/.exec(issue.message)?.[0] ?? `expected ${about}`)
}
