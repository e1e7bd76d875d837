import type { DoctorDocument } from './doctor-document.ts'
import { VERDICTS } from './doctor-text.ts'
import { findingLines } from './finding-lines.ts'
import { distanceText } from './moment-text.ts'
import type { TextStyle } from './text-style.ts'
import { hanging } from './wrap.ts'

/** Below the status: what the daemon found when it last examined the mail path; errors and warnings alone. */
export function doctorSummary(doctor: DoctorDocument | null | undefined, style: TextStyle): readonly string[] {
  if (!doctor) return [] // a daemon of an earlier version knows nothing of it
  const { finished, verdict, findings } = doctor
  const grave = findings.filter(({ severity }) => severity === 'error' || severity === 'warn')
  const { words, tint } = VERDICTS[verdict]
  const when = distanceText(finished, style.now) || 'when?'
  return [
    '',
    ...hanging(style, '', `The mail path, examined ${when}: ${words}. All of it: mxhome doctor`, tint),
    ...findingLines(grave, style),
  ]
}
