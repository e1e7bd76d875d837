import type { Instant } from '../core/instant.ts'

/** How a text is to look. */
export interface TextStyle {
  readonly colour: boolean
  readonly now: Instant
  /** Columns of the terminal. */
  readonly width?: number | undefined
}

const CODES = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 } as const
export type Tint = keyof typeof CODES

const ESCAPE = '\u001b['

/** In that colour, if colours are wanted. */
export function paint({ colour }: TextStyle, tint: Tint | undefined, text: string): string {
  return colour && tint && text ? `${ESCAPE}${CODES[tint]}m${text}${ESCAPE}0m` : text
}

const [NARROWEST, USUAL, WIDEST] = [60, 140, 200]

export const widthOf = ({ width = USUAL }: TextStyle): number =>
  Math.min(Math.max(Math.trunc(width) || USUAL, NARROWEST), WIDEST)
