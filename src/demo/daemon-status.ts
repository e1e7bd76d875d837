import { pause } from '../system/pause.ts'

/** What the scenes read of `mxhome status --json`: the document that users' scripts read. */
export interface StatusDocument {
  readonly started: string
  readonly finished: string
  readonly targets: readonly StatusTarget[]
  readonly findings: readonly {
    readonly id: string
    readonly severity: string
    readonly message: string
    readonly remedy: string
  }[]
}

export interface StatusTarget {
  readonly host: string
  readonly type: string
  readonly action: string
  readonly why: string
  readonly after: readonly string[] | null
  readonly outcome: string | null
  readonly confirmation: {
    readonly state: string
    readonly seen: number
    readonly asked: number
    readonly servers: readonly { readonly address: string; readonly answer: readonly string[] | null }[]
  } | null
  readonly error: { readonly kind: string; readonly message: string; readonly retryAt: string | null } | null
}

/** All rounds that the daemon has told of, as an outsider sees them: by asking its health endpoint again and again. */
export interface DaemonStatus {
  readonly url: string
  /** Rounds told since the last call of `forget`, oldest first. */
  readonly rounds: () => readonly StatusDocument[]
  readonly forget: () => void
  /** The endpoint's own verdict: HTTP status and `status`; undefined: no answer. */
  readonly health: () => Promise<{ readonly code: number; readonly status: string } | undefined>
}

const POLL = 50

/** Follows the endpoint until the signal aborts. */
export function followStatus(url: string, signal: AbortSignal): DaemonStatus {
  let rounds: StatusDocument[] = []
  let last: string | undefined
  const look = async () => {
    const seen = await get(`${url}/status`)
    if (seen?.code !== 200) return
    const round = seen.body as StatusDocument
    if (!Array.isArray(round.targets) || round.started === last) return
    last = round.started
    rounds.push(round)
  }
  const follow = async () => {
    for (; !signal.aborted; await pause(POLL, signal)) await look()
  }
  void follow()
  return {
    url,
    rounds: () => rounds,
    forget: () => {
      rounds = []
    },
    async health() {
      const seen = await get(`${url}/healthz`)
      return seen && { code: seen.code, status: String((seen.body as { status?: unknown }).status) }
    },
  }
}

async function get(url: string): Promise<{ code: number; body: unknown } | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
    return { code: response.status, body: await response.json() }
  } catch {
    return undefined // not listening yet, or no longer
  }
}
