import type { RoundDocument } from './document.ts'
import { findingLines } from './finding-lines.ts'
import { targetLines } from './target-lines.ts'
import type { TextStyle } from './text-style.ts'
import { verdictText } from './verdict-text.ts'
import { hanging } from './wrap.ts'

/** What `mxhome update` prints: a line a target, the findings, one closing line. No newline at its end. */
export function roundText(
  document: RoundDocument,
  style: TextStyle & { readonly dryRun?: boolean | undefined },
): string {
  const dryRun = style.dryRun ?? false
  const { text, tint } = verdictText(document, dryRun)
  const above = [...targetLines(document.targets, style, dryRun), ...findingLines(document.findings, style)]
  const gap = above.length > 0 ? [''] : []
  return [...above, ...gap, ...hanging(style, '', text, tint)].join('\n')
}
