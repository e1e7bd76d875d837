import { afterEach, beforeEach } from 'vitest'

/** In a suite in which each step builds on the one before it: after one that fails the rest is left out. `journal`: what is shown then. */
export function inSteps(journal: () => string): void {
  let failed = false
  beforeEach((context) => context.skip(failed, 'an earlier step failed'))
  afterEach(({ task }) => {
    if (task.result?.state !== 'fail') return
    failed = true
    console.error(journal())
  })
}
