import type { Check } from '../check.ts'

export const tlsaCheck: Check = {
  ids: ['tlsa-mismatch'],
  judge: () => [],
}
