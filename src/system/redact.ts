import { hiderOf } from '../core/secrets.ts'

/** Replaces secrets by `***`, however they are written; more may be added. */
export function redactor(secrets: readonly string[]) {
  const all = new Set(secrets)
  let hide = hiderOf(secrets)
  const add = (more: readonly string[]) => {
    for (const secret of more) all.add(secret)
    hide = hiderOf([...all])
  }
  return { add, hide: (text: string): string => hide(text) }
}
