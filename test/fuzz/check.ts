import type fc from 'fast-check'

/** A property that both `npm test` (some cases, always the same) and `npm run fuzz` (a million) hold against the program. */
export interface Check {
  readonly name: string
  /** How many of a million cases are its own: what is cheap and wide gets many. */
  readonly share: number
  /** How many in `npm test`. */
  readonly quick: number
  /** Programs that it asks for a second opinion. */
  readonly needs?: readonly string[]
  readonly property: fc.IAsyncProperty<never> | fc.IProperty<never>
}

/** The types of a property's values are its own concern. */
export const check = (about: Omit<Check, 'property'>, property: unknown): Check => ({
  ...about,
  property: property as Check['property'],
})
