import type { Clock } from '../ports/clock.ts'
import { pause } from './pause.ts'

/** The machine's own clock. */
export const openClock = (): Clock => ({ now: () => Date.now(), sleep: pause })
