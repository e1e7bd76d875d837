import type { Check } from '../check.ts'

export const portCheck: Check = {
  ids: ['port-25-closed', 'port-25-inconclusive', 'aaaa-unreachable'],
  judge: () => [],
}
