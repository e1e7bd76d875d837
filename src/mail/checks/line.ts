import type { Check } from '../check.ts'

export const lineCheck: Check = {
  ids: ['behind-cgnat', 'double-nat', 'port-forward-missing'],
  judge: () => [],
}
