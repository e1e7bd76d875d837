import { Failure } from '../../core/failure.ts'

/** Throws again what was thrown, with the source's name in front. */
export const named =
  (source: string) =>
  (thrown: unknown): never => {
    const failure = Failure.from(thrown)
    throw new Failure(failure.kind, `${source}: ${failure.message}`, failure)
  }
