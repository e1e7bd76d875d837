/** A stream of numbers that a seed decides. */
export interface Chance {
  /** In [0, 1). */
  readonly next: () => number
  /** A whole number, both ends included. */
  readonly whole: (from: number, to: number) => number
  readonly pick: <T>(list: readonly T[]) => T
  readonly happens: (probability: number) => boolean
  /** Waiting times of what happens at random: exponential, with that mean. */
  readonly wait: (mean: number) => number
  /** An independent stream: what one part of a simulation draws does not move the others. */
  readonly fork: (name: string) => Chance
}

/** splitmix32 over a hash of the seed: good enough for choices, the same everywhere. */
export function chance(seed: string): Chance {
  let state = hash(seed)
  const next = () => {
    state = (state + 0x9e3779b9) | 0
    let z = state ^ (state >>> 16)
    z = Math.imul(z, 0x21f0aaad)
    z ^= z >>> 15
    z = Math.imul(z, 0x735a2d97)
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32
  }
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    whole,
    pick: (list) => list[whole(0, list.length - 1)]!,
    happens: (probability) => next() < probability,
    wait: (mean) => -Math.log(1 - next()) * mean,
    fork: (name) => chance(`${seed}/${name}`),
  }
}

/** FNV-1a, 32 bits. */
export function hash(text: string, from = 0x811c9dc5): number {
  let value = from
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value | 0
}
