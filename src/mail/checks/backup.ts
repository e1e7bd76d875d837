import type { Check } from '../check.ts'

export const backupCheck: Check = {
  ids: ['backup-mx-silent', 'backup-mx-accepts-all'],
  judge: () => [],
}
