/** Numbers in [0, 1) that are the same in every run with that seed. */
export function random(seed: number): () => number {
  let state = seed % 2147483648
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state / 2147483648
  }
}
