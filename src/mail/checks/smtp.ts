import type { Check } from '../check.ts'

export const smtpCheck: Check = {
  ids: ['smtp-banner-mismatch', 'smtp-no-starttls', 'postmaster-refused', 'open-relay'],
  judge: () => [],
}
