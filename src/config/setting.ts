import type { Kind } from './kind.ts'

/** One setting of the program itself. Its key in the table is its path in YAML. */
export interface Setting<T = unknown> {
  readonly env: string
  readonly kind: Kind<T>
  /** As the environment would give it; undefined: the setting has none. */
  readonly default?: string
  /** What holds where nothing is set and `default` cannot say it. */
  readonly otherwise?: string
  readonly about: string
  readonly secret?: true
  /** A value for the example file. */
  readonly example?: string
}
