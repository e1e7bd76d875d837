import { Failure } from '../../core/failure.ts'
import type { Learnt } from '../learnt.ts'

/** What comes of asking, as a value. */
export const learn = <T>(work: () => Promise<T>): Promise<Learnt<T>> => Promise.resolve().then(work).catch(Failure.from)
