import type { Known } from './plan.ts'

export type ConfirmationState = 'confirmed' | 'visible' | 'contradicted' | 'seen' | 'accepted' | 'unknown'

/** One authoritative server's answer, at one of its addresses. */
export interface ServerAnswer {
  /** The NS name; empty where the user named the server by its address. */
  readonly name: string
  /** With its port where that is not 53. */
  readonly address: string
  /** A Failure: silent or lame; reason `no-route`: not asked. */
  readonly answer: Known
  readonly ttl?: number | undefined
}

export interface Confirmation {
  readonly state: ConfirmationState
  readonly seen: number
  readonly asked: number
  readonly servers: readonly ServerAnswer[]
  /** From the provider's answer to this state; absent where nothing was sent. */
  readonly ms?: number | undefined
}
