import { type Hide, hiderOf } from '../core/secrets.ts'

/** Replaces secrets by `***`, however they are written; more may be added. */
export function redactor(secrets: readonly string[]) {
  const all = new Set(secrets)
  let known: Hide | undefined
  const add = (more: readonly string[]) => {
    for (const secret of more) all.add(secret)
    known = undefined
  }
  // Made with the first line that is written: most commands write none.
  const hide = (text: string): string => {
    known ??= hiderOf([...all])
    return known(text)
  }
  return { add, hide }
}
