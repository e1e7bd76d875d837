import { adapters } from './adapters.ts'
import type { Check } from './check.ts'
import { configuration } from './config.ts'
import { dig } from './dig.ts'
import { dns } from './dns.ts'
import { dyndns2 } from './dyndns2.ts'
import { mx } from './mx.ts'
import { secrets } from './secrets.ts'
import { sources } from './sources.ts'
import { special } from './special.ts'
import { states } from './state.ts'

/** All of them; `npm test` and `npm run fuzz` differ in the number of cases alone. */
export const CHECKS: readonly Check[] = [
  ...dns,
  dig,
  dyndns2,
  adapters,
  mx,
  secrets,
  ...special,
  ...sources,
  ...configuration,
  ...states,
]
