import type { MxSet } from './locate.ts'

export type MxRecord = MxSet[number]

export const describeMx = ({ preference, exchange }: MxRecord): string => `${preference} ${exchange}`

/** As sets: neither the order of the records nor one that stands there twice means anything. */
export const sameMx = (some: MxSet, others: MxSet): boolean => textOf(some) === textOf(others)

const textOf = (set: MxSet): string => [...new Set(set.map(describeMx))].toSorted().join(', ')

/** Senders give up after a handful. Whoever publishes hundreds must not make this program ask after all of them. */
export const MOST_HOSTS = 20

/** The hosts that the records name, each once, the one tried first comes first: no more than anybody tries. */
export const hostsIn = (set: MxSet, most = MOST_HOSTS): readonly string[] => {
  const sorted = set.toSorted((one, other) => one.preference - other.preference)
  return [...new Set(sorted.map(({ exchange }) => exchange))].slice(0, most)
}

/** Which record each wanted one goes into: its own, or one of the same host. */
export interface MxSteps<R> {
  readonly kept: readonly R[]
  readonly changed: readonly { readonly record: R; readonly to: MxRecord }[]
  readonly created: readonly MxRecord[]
  readonly gone: readonly R[]
}

/** Turns stored records into the wanted set. What was noted beside a host (a comment) stays with that host. */
export function mxSteps<R extends MxRecord>(stored: readonly R[], wanted: MxSet): MxSteps<R> {
  const left = [...stored]
  const take = (found: (record: R) => boolean): R | undefined => {
    const at = left.findIndex(found)
    return at < 0 ? undefined : left.splice(at, 1)[0]
  }
  const distinct = wanted.filter((one, i) => wanted.findIndex((other) => describeMx(one) === describeMx(other)) === i)
  const own = distinct.map((to) => ({ to, record: take((record) => describeMx(record) === describeMx(to)) }))
  const rest = own.flatMap(({ to, record }) =>
    record ? [] : [{ to, record: take(({ exchange }) => exchange === to.exchange) }],
  )
  return {
    kept: own.flatMap(({ record }) => record ?? []),
    changed: rest.flatMap(({ to, record }) => (record ? [{ record, to }] : [])),
    created: rest.flatMap(({ to, record }) => (record ? [] : [to])),
    gone: left,
  }
}
