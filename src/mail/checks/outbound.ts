import type { Check } from '../check.ts'

export const outboundCheck: Check = {
  ids: ['outbound-25-blocked'],
  judge: () => [],
}
