import type { Loaded } from '../../src/config/load-config.ts'

/** A problem as a row of a table. */
export type Row = [setting: string, found: string, expected: string, remedy?: string]

export const rowsOf = ({ problems }: Loaded): Row[] =>
  problems.map(({ setting, found, expected, remedy }) =>
    remedy === undefined ? [setting, found, expected] : [setting, found, expected, remedy],
  )

export const NUMBER = (most: number) => `a whole number from 1 to ${most}`
export const SOURCES =
  'auto, public-ip, http:URL, dns:NAME/TYPE/CLASS@SERVER[:PORT], stun:HOST[:PORT], nat-pmp, interface[:NAME], upnp, fritzbox[:HOST], command:PROGRAM ARGUMENTS, static:ADDRESS'
