/** A document for other programs. Servers write into our messages: of what steers a terminal JSON itself escapes only the oldest. */
export function jsonText(document: unknown): string {
  const escaped = (character: string) =>
    character.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return JSON.stringify(document, null, 2).replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (one) =>
    escaped(one).join(''),
  )
}
