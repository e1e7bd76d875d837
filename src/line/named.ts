import { Failure } from '../core/failure.ts'

/** Throws again what was thrown, with the source's name in front; that it was ended is of no source. */
export const named =
  (source: string) =>
  (thrown: unknown): never => {
    const failure = Failure.from(thrown)
    if (failure.kind === 'cancelled') throw failure
    throw new Failure(failure.kind, `${source}: ${failure.message}`, failure)
  }
