import type { Message, Rdata } from '../../dns/message.ts'

/** RDATA of that type: A and AAAA share one form. */
type RdataOf<T> = Rdata extends infer R
  ? R extends { readonly type: infer U }
    ? T extends U
      ? R
      : never
    : never
  : never

const MOST_ALIASES = 16

/** The data at a name, or at the end of its chain of aliases, out of one resolver's answer. */
export function dataAt<T extends Rdata['type']>({ answers }: Message, name: string, type: T): readonly RdataOf<T>[] {
  let owner = name.toLowerCase()
  for (let hops = 0; hops < MOST_ALIASES; hops++) {
    const alias = answers.find((one) => one.owner === owner && one.data.type === 'CNAME')?.data
    if (alias?.type !== 'CNAME') break
    owner = alias.target
  }
  return answers.flatMap(({ owner: at, data }) => (at === owner && hasType(data, type) ? [data] : []))
}

const hasType = <T extends Rdata['type']>(data: Rdata, type: T): data is Rdata & RdataOf<T> => data.type === type
