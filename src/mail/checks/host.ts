import type { Check } from '../check.ts'

export const hostCheck: Check = {
  ids: ['host-address-differs', 'ttl-too-long'],
  judge: () => [],
}
