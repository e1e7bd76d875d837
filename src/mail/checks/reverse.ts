import type { Check } from '../check.ts'

export const reverseCheck: Check = {
  ids: ['iprev-missing', 'iprev-mismatch', 'iprev-generic'],
  judge: () => [],
}
