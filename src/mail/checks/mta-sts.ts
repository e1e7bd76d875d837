import type { Check } from '../check.ts'

export const mtaStsCheck: Check = {
  ids: ['mta-sts-mismatch'],
  judge: () => [],
}
