import type { Check } from '../check.ts'

export const dnssecCheck: Check = {
  ids: ['dnssec-bogus'],
  judge: () => [],
}
