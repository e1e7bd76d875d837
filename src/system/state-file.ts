import { POLICY } from '../core/retry.ts'
import type { State } from '../core/state.ts'
import { parseName } from '../dns/name.ts'
import { type AddressType, addressType, type IpAddress, parseAddress } from '../dns/rrset.ts'

export const STATE_VERSION = 1

export type StateFile =
  | { readonly kind: 'state'; readonly state: State }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'damaged'; readonly why: string }

/** `{ "version": 1, ...State }`, for people to read as well. */
export const formatStateFile = (state: State): string =>
  `${JSON.stringify({ version: STATE_VERSION, ...state }, undefined, 2)}\n`

/** Fields that we do not know are kept: a later program of the same version may have added them. */
export function parseStateFile(text: string): StateFile {
  if (text.trim() === '') return { kind: 'damaged', why: 'it is empty' }
  const file = parseJson(text)
  if (file === undefined) return { kind: 'damaged', why: 'it is not JSON, or cut off' }
  if (!isRecord(file)) return { kind: 'damaged', why: 'it holds no object' }
  const { version, ...state } = file
  if (isCount(version) && version > STATE_VERSION) return { kind: 'newer', version }
  if (version !== STATE_VERSION)
    return { kind: 'damaged', why: `its version is ${JSON.stringify(version)}, not ${STATE_VERSION}` }
  const wrong = wrongIn(state)
  return wrong
    ? { kind: 'damaged', why: `${wrong} is not what this program writes` }
    : { kind: 'state', state: state as unknown as State }
}

type Check = (value: unknown) => boolean

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText: Check = (value) => typeof value === 'string'
/** JSON writes 0 for -0: one that stands there is not ours, and would not be the same when it is read again. */
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0)
const isCount = (value: unknown): value is number => Number.isInteger(value)
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
const mapOf =
  (check: Check): Check =>
  (value) =>
    isRecord(value) && Object.values(value).every(check)
const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(fields).every(([name, check]) => check(value[name]))

const isStamped = shape({ addresses: listOf(isText), at: isNumber, ttl: optional(isNumber) })
const isTrouble = shape({
  kind: (kind) => typeof kind === 'string' && Object.hasOwn(POLICY, kind),
  message: isText,
  times: isNumber,
  at: isNumber,
  until: (until) => until === 'hold' || isNumber(until),
  identity: isText,
  lost: optional((lost) => lost === true),
  version: optional(isText),
})
const isMemory = shape({
  published: optional(isStamped),
  previous: optional(isStamped),
  intent: optional(isStamped),
  doubt: optional(isStamped),
  trouble: optional(isTrouble),
  confirmed: optional(shape({ state: isText, at: isNumber, seen: optional(isNumber), asked: optional(isNumber) })),
  drift: optional(shape({ addresses: listOf(isText), since: isNumber, ttl: isNumber })),
  driftSentAt: optional(isNumber),
  waitingSince: optional(isNumber),
  writes: listOf(isNumber),
  forced: listOf(isNumber),
})
const isMx = shape({ hosts: listOf(shape({ owner: isText, droppedAt: optional(isNumber) })) })

const isAddress: Check = (value) => typeof value === 'string' && parseAddress(value) === value
/** What can be shown as a date. */
const isInstant: Check = (value) => isNumber(value) && Math.abs(value as number) <= 8.64e15
const isTold = (type: AddressType) =>
  shape({
    addresses: listOf((one) => isAddress(one) && addressType(one as IpAddress) === type),
    at: isInstant,
  })
const isPushed = shape({
  A: optional(isTold('A')),
  AAAA: optional(isTold('AAAA')),
  prefix: optional(
    shape({
      address: (value) => isAddress(value) && addressType(value as IpAddress) === 'AAAA',
      length: (value) => isCount(value) && value >= 0 && value <= 128,
      at: isInstant,
    }),
  ),
  hosts: optional(
    shape({ names: listOf((name) => typeof name === 'string' && parseName(name) === name), at: isInstant }),
  ),
})

const isLink = shape({
  state: (state) => ['up', 'unsure', 'down', 'returning'].includes(state as string),
  since: isInstant,
  until: optional(isInstant),
  misses: optional(isNumber),
  missedAt: optional(isInstant),
  begun: optional(isNumber),
  drops: optional(listOf(isInstant)),
})
const isAbsence = shape({
  since: isInstant,
  rounds: isNumber,
  at: optional(isInstant),
  gone: optional((gone) => gone === true),
})
const isLine = shape({ link: optional(isLink), absent: optional(mapOf(isAbsence)) })

/** The first part of a state that is not as core/state.ts has it. */
function wrongIn({ salt, targets, mx, lines, rereadAt, pushed }: Record<string, unknown>): string | undefined {
  if (typeof salt !== 'string' || salt === '') return 'salt'
  if (!mapOf(isMemory)(targets)) return 'targets'
  if (!mapOf(isMx)(mx)) return 'mx'
  if (!optional(mapOf(isPushed))(pushed)) return 'pushed'
  if (!optional(mapOf(isLine))(lines)) return 'lines'
  return optional(isNumber)(rereadAt) ? undefined : 'rereadAt'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
