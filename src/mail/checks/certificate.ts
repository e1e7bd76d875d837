import type { Check } from '../check.ts'

export const certificateCheck: Check = {
  ids: ['certificate-name', 'certificate-expiry'],
  judge: () => [],
}
