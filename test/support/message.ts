import type { Message } from '../../src/dns/message.ts'

/** An answer of a name server, with what the test says of it. */
export const message = (news: Partial<Message>): Message => ({
  id: 1,
  response: true,
  rcode: 'NOERROR',
  authoritative: false,
  truncated: false,
  recursionAvailable: false,
  questions: [],
  answers: [],
  authorities: [],
  additionals: [],
  ...news,
})
