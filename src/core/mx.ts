import type { MxSet } from './locate.ts'

export type MxRecord = MxSet[number]

export const describeMx = ({ preference, exchange }: MxRecord): string => `${preference} ${exchange}`

/** As sets: neither the order of the records nor one that stands there twice means anything. */
export const sameMx = (some: MxSet, others: MxSet): boolean => textOf(some) === textOf(others)

const textOf = (set: MxSet): string => [...new Set(set.map(describeMx))].toSorted().join(', ')

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
