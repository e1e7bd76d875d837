/** Nobody reads it: without a reason Node.js makes an error, with its stack, each time. */
const ENOUGH = 'enough'

/**
 * Asks all side by side, until all have answered or `isEnough` says so; who is still asked then is let go by the signal, and
 * is not among the answers. `ask` never rejects.
 */
export function askUntilEnough<Q, A>(
  asked: readonly Q[],
  ask: (one: Q, signal: AbortSignal) => Promise<A>,
  isEnough: (answers: ReadonlyMap<Q, A>, pending: readonly Q[]) => boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<Q, A>> {
  const answers = new Map<Q, A>()
  if (asked.length === 0) return Promise.resolve(answers)
  const enough = new AbortController()
  const either = AbortSignal.any([signal, enough.signal])
  return new Promise((resolve) => {
    let isOver = false
    const onAnswer = (one: Q, answer: A) => {
      if (isOver) return
      answers.set(one, answer)
      const pending = asked.filter((other) => !answers.has(other))
      isOver = pending.length === 0 || isEnough(answers, pending)
      if (!isOver) return
      resolve(answers)
      enough.abort(ENOUGH)
    }
    for (const one of asked) void ask(one, either).then((answer) => onAnswer(one, answer))
  })
}
