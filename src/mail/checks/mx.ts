import type { Check } from '../check.ts'

export const mxCheck: Check = {
  ids: ['mx-unresolvable', 'mx-preference', 'mx-too-many', 'mx-duplicate'],
  judge: () => [],
}
