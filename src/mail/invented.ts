import { Failure } from '../core/failure.ts'
import type { Message, RecordType, ResourceRecord } from '../dns/message.ts'

type Stub = (name: string, type: RecordType) => Promise<Message>

/**
 * A stub whose answers are compared with what the same resolver says of a name that nobody has: some lead every name that
 * does not exist to a page of their own ("NXDOMAIN hijacking"). Such an answer is a Failure: it says nothing.
 */
export function refuseInvented(stub: Stub, random: () => number): Stub {
  const nobody = `mxhome-${random().toString(36).slice(2).padEnd(8, 'x')}.com`
  const controls = new Map<RecordType, Promise<string>>()
  /** '' where the resolver is honest, or cannot be asked. */
  const control = (type: RecordType) => {
    const known = controls.get(type) ?? stub(nobody, type).then(saidIn, () => '')
    controls.set(type, known)
    return known
  }
  return async (name, type) => {
    const reply = await stub(name, type)
    const said = saidIn(reply)
    if (said === '' || said !== (await control(type))) return reply
    throw new Failure(
      'protocol',
      `the resolver answers for names that nobody has as it does for ${name}: it makes answers up`,
    )
  }
}

/** The data alone: owner and TTL are those of the question. */
const saidIn = ({ answers }: Message): string => answers.map(textOf).toSorted().join('\n')

const textOf = ({ data }: ResourceRecord): string =>
  JSON.stringify(data, (_, value) => (value instanceof Uint8Array ? [...value] : value))
