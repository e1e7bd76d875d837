import type { z } from 'zod'

/** One thing that a user supplies, as the adapter's schema describes it. */
export interface Setting {
  /** As in YAML: `apiKey`. */
  readonly name: string
  /** Empty: the adapter does not say. */
  readonly description: string
  readonly secret: boolean
  readonly required: boolean
}

/** An adapter's settings, in the order of its schema. */
export function settingsOf(schema: z.ZodType): readonly Setting[] {
  return Object.entries(shapeOf(schema)).map(([name, setting]) => {
    const { description = '', secret } = metaOf(setting)
    return { name, description, secret: secret === true, required: !setting.safeParse(undefined).success }
  })
}

function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  return 'shape' in schema ? (schema.shape as Record<string, z.ZodType>) : {}
}

/** `optional` and `default` wrap a schema without taking over what was said of it. */
function metaOf(setting: z.ZodType): z.core.GlobalMeta {
  const meta = setting.meta()
  if (meta) return meta
  return 'unwrap' in setting && typeof setting.unwrap === 'function' ? metaOf(setting.unwrap()) : {}
}
