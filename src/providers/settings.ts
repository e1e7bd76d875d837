import * as z from 'zod'

/** One thing that a user supplies, as the adapter's schema describes it. */
export interface Setting {
  /** As in YAML: `apiKey`. */
  readonly name: string
  /** Empty: the adapter does not say. */
  readonly about: string
  readonly secret: boolean
  /** A text of several lines is one value. */
  readonly severalLines: boolean
  readonly required: boolean
  readonly form: 'text' | 'number' | 'boolean'
  readonly words?: readonly string[] | undefined
  readonly default?: unknown
  /** A value for an example: of a certain form, or of an optional setting that belongs into a smallest configuration. */
  readonly example?: string | undefined
  /** JSON Schema. */
  readonly schema: Readonly<Record<string, unknown>>
}

/** What an adapter's schema says of one setting: a text, a number or a boolean. */
interface Node {
  readonly type: string
  readonly description?: string
  readonly secret?: boolean
  readonly severalLines?: boolean
  readonly enum?: readonly string[]
  readonly default?: unknown
  readonly example?: string
}

interface AdapterSchema {
  readonly properties: Readonly<Record<string, Node>>
  readonly required?: readonly string[]
}

/** An adapter's settings, in the order of its schema, which is one map without alternatives. */
export function settingsOf(settings: z.ZodType): readonly Setting[] {
  const schema = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' })
  const { properties, required = [] } = schema as unknown as AdapterSchema
  return Object.entries(properties).map(([name, node]) => ({
    name,
    about: node.description ?? '',
    secret: node.secret === true,
    severalLines: node.severalLines === true,
    required: required.includes(name),
    form: FORMS[node.type]!,
    words: node.enum,
    default: node.default,
    example: node.example,
    schema: { ...node },
  }))
}

const FORMS: Readonly<Record<string, Setting['form']>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
}
