/** A value as a line of .env holds it; undefined: no quotation marks of such a file can hold it. */
export function dotenvValue(text: string): string | undefined {
  if (/^[\w./:@,+=-]+$/.test(text)) return text
  if (/\r/.test(text)) return undefined // line ends become \n there
  const marks = ["'", '`'].find((mark) => !text.includes(mark))
  if (marks !== undefined) return `${marks}${text}${marks}`
  // Between double quotation marks \n and \r are line ends.
  return /["\\]/.test(text) ? undefined : `"${text}"`
}
