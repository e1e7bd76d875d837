import type { Failure } from '../core/failure.ts'

/** What was asked and answered, or why there is no answer: unknown is not empty. */
export type Learnt<T> = T | Failure
