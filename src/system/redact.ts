const HIDDEN = '***'

/** Shorter ones are hidden only where they stand alone: else every line that holds a letter would be spoilt. */
const SHORT = 4

/** Replaces secrets by `***`, also where they stand in a URL (percent-encoded) or in JSON (escaped). */
export function redactor(secrets: readonly string[]) {
  let known: readonly RegExp[] = []
  const all = new Set<string>()
  const add = (more: readonly string[]) => {
    for (const secret of more) if (secret.trim() !== '') all.add(secret)
    // The longest first: a secret may hold another one.
    const forms = [...new Set([...all].flatMap(formsOf))].sort((one, other) => other.length - one.length)
    known = forms.map(patternOf)
  }
  add(secrets)
  return { add, hide: (text: string): string => known.reduce((rest, secret) => rest.replace(secret, HIDDEN), text) }
}

const formsOf = (secret: string): readonly string[] => [
  secret,
  secret.trim(),
  encodeURIComponent(secret),
  encodeURIComponent(secret).replaceAll('%2C', ',').replaceAll('%3A', ':'), // as providers write a query
  new URLSearchParams({ s: secret }).toString().slice(2),
  JSON.stringify(secret).slice(1, -1),
]

function patternOf(form: string): RegExp {
  const literal = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(form.length < SHORT ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal, 'gu')
}
