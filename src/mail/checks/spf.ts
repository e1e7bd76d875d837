import type { Check } from '../check.ts'

export const spfCheck: Check = {
  ids: ['spf-missing', 'spf-fails', 'spf-stale-address'],
  judge: () => [],
}
