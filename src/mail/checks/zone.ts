import type { Check } from '../check.ts'

export const zoneCheck: Check = {
  ids: ['zone-servers-differ', 'name-servers-unreachable'],
  judge: () => [],
}
