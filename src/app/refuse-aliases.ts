import { Failure } from '../core/failure.ts'
import { failedBy } from '../core/outcome.ts'
import { type Action, isPublish, type Publish } from '../core/plan.ts'
import type { Result } from '../core/record.ts'
import { memoryOf, type State } from '../core/state.ts'
import { aliasOf } from '../lookup/mx.ts'
import type { Setup } from './setup.ts'

/**
 * What must not be written because its owner is an alias: beside a CNAME no address record can stand (RFC 1034 3.6.2),
 * and services take the update all the same, to no effect. Asked before a first write, and whenever the user insists;
 * name servers that are silent refuse nothing. Never rejects.
 */
export async function refuseAliases(
  plan: readonly Action[],
  state: State,
  { asking }: Setup,
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const asked = plan.filter(isPublish).filter((action) => isNew(action, state))
  const owners = [...new Set(asked.map(({ target }) => target.owner))]
  const found = await Promise.all(
    owners.map(async (owner) => [owner, await aliasOf(asking, owner, signal).catch(() => undefined)] as const),
  )
  const aliases = new Map(found)
  return asked.flatMap((action): Result[] => {
    const alias = aliases.get(action.target.owner)
    return alias === undefined ? [] : [{ action, outcome: failedBy(isAlias(action, alias)) }]
  })
}

/** While an answer is lost, what has left comes first. */
const isNew = ({ target, why }: Publish, state: State) =>
  (why === 'first' || why === 'forced') && !memoryOf(state, target.key).intent

const isAlias = ({ target: { owner, type } }: Publish, alias: string) =>
  new Failure(
    'rejected',
    `${owner} is an alias (CNAME) of ${alias}, beside which no ${type} can stand: remove the CNAME, or name ${alias} as the host`,
  )
