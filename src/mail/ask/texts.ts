import type { Asker } from '../asker.ts'
import { dataAt } from './answers.ts'

/** The TXT records at a name, each one's strings as one text; [] = none. Rejects with a Failure. */
export async function textsAt({ stub }: Pick<Asker, 'stub'>, name: string): Promise<readonly string[]> {
  return dataAt(await stub(name, 'TXT'), name, 'TXT').map(({ strings }) => strings.join(''))
}
