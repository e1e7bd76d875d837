import { Failure } from '../core/failure.ts'
import { describeEndpoint } from '../dns/endpoint.ts'
import type { Message, RecordType } from '../dns/message.ts'
import type { Asking } from './asking.ts'

/** Asks the stub resolvers in their order; the first that answers counts. Only NOERROR and NXDOMAIN are answers. */
export async function askStub(
  { dns, resolvers }: Asking,
  name: string,
  type: RecordType,
  signal: AbortSignal,
): Promise<Message> {
  let failure: Failure | undefined
  for (const server of resolvers.length > 0 ? resolvers : await dns.resolvers()) {
    try {
      const reply = await dns.query({ server, name, type, recursion: true }, signal)
      if (reply.rcode === 'NOERROR' || reply.rcode === 'NXDOMAIN') return reply
      failure = new Failure('unavailable', `the resolver ${describeEndpoint(server)} answers ${reply.rcode}`)
    } catch (thrown) {
      failure = Failure.from(thrown)
      if (failure.kind === 'cancelled' || failure.kind === 'bug') break
    }
  }
  throw failure ?? new Failure('network', 'this box has no resolver (resolv.conf), and MXHOME_RESOLVERS names none')
}
