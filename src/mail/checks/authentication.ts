import type { Check } from '../check.ts'

export const authenticationCheck: Check = {
  ids: ['dmarc-missing', 'dkim-missing'],
  judge: () => [],
}
