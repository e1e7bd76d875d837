import { Failure } from '../../core/failure.ts'
import type { Log } from '../../ports/log.ts'

/** Reads the configuration again when it is called, one time after the other; what is thrown on the way is told, and never goes any further. */
export function openReload(read: () => Promise<void>, log: Pick<Log, 'error'>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return () => {
    last = last.then(read).catch((thrown: unknown) => {
      const { message } = Failure.from(thrown)
      log.error('the configuration cannot be used; the old one stays in force', { problems: [message] })
    })
    return last
  }
}
