/** A document for other programs: servers write into our messages. */
export const jsonText = (document: unknown): string => plainJson(JSON.stringify(document, null, 2))

/** Line breaks of any kind, and what a terminal obeys or what turns and hides the text around it. */
const STEERS = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu

/** The same document, of which nothing steers a terminal: JSON itself escapes only the oldest of these. */
export const plainJson = (json: string): string =>
  json.replace(STEERS, (character) => character.split('').map(escaped).join('')) // beyond the BMP two units

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
