import type { DomainName } from '../dns/name.ts'
import type { Asking } from './asking.ts'
import { askStub } from './stub.ts'
import { apexOf } from './zone.ts'

/** The zone that holds a name, and its name servers by their names, wherever they are. Rejects with a Failure. */
export async function nameServersOf(
  asking: Asking,
  owner: DomainName,
  signal: AbortSignal,
): Promise<{ readonly apex: DomainName; readonly names: readonly string[] }> {
  const apex = await apexOf(asking, owner, signal)
  const { answers } = await askStub(asking, apex, 'NS', signal)
  return { apex, names: [...new Set(answers.flatMap(({ data }) => (data.type === 'NS' ? [data.target] : [])))] }
}
