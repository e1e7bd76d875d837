/** Whether one SOA serial is newer than another (RFC 1982 3.2: 32 bits, that begin again). */
export function isNewer(serial: number, other: number): boolean {
  const ahead = (serial - other) >>> 0
  return ahead > 0 && ahead < 2 ** 31
}
