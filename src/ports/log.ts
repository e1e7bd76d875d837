export type Fields = Readonly<Record<string, unknown>>
type Write = (message: string, fields?: Fields) => void

/** Static messages, values as fields. */
export interface Log {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
}
