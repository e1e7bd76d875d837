/** What a server says to an UPDATE: the header alone (RFC 2136 3.8). */
export const updateAnswer = ({ id, rcode }: { readonly id: number; readonly rcode: number }): Uint8Array =>
  Uint8Array.from([id >> 8, id & 255, 0xa8, rcode & 15, 0, 0, 0, 0, 0, 0, 0, 0])
