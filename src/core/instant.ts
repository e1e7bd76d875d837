/** A moment in milliseconds since 1970: plain data in the state, plain arithmetic in the rules. */
export type Instant = number
export type Milliseconds = number

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
