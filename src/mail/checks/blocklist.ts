import type { Check } from '../check.ts'

export const blocklistCheck: Check = {
  ids: ['dnsbl-listed', 'dnsbl-policy', 'dnsbl-unknown'],
  judge: () => [],
}
