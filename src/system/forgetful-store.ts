import type { State } from '../core/state.ts'
import type { StateStore } from '../ports/state-store.ts'

/** For who only asks, and has nothing to remember: no file is read or written. */
export function openForgetfulStore(): StateStore {
  const state: State = { salt: '', targets: {}, mx: {} }
  return {
    last: () => state,
    catchUp: async () => {},
    update: async (change) => change(state),
    exclusive: (work) => work(),
    problem: () => undefined,
  }
}
