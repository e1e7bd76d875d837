import type { RoundDocument } from '../report/document.ts'
import type { StatusDocument } from '../report/status-text.ts'
import { pause } from '../system/pause.ts'

/** All rounds that the daemon has told of, as an outsider sees them: by asking its health endpoint again and again. */
export interface DaemonStatus {
  readonly url: string
  /** Rounds told since the last call of `forget`, oldest first. */
  readonly rounds: () => readonly RoundDocument[]
  readonly forget: () => void
  /** The endpoint's own verdict: HTTP status and `status`; undefined: no answer. */
  readonly health: () => Promise<{ readonly code: number; readonly status: string } | undefined>
}

const POLL = 50
/** A scene has fewer; with --stay days may pass. */
const KEPT = 100

/** Follows the endpoint until the signal aborts. */
export function followStatus(url: string, signal: AbortSignal): DaemonStatus {
  let rounds: RoundDocument[] = []
  let last: string | undefined
  const look = async () => {
    const seen = await get(`${url}/status`)
    if (seen?.code !== 200) return
    const { started, finished, ...round } = seen.body as StatusDocument
    if (started === null || finished === null || started === last) return
    last = started
    rounds = [...rounds, { ...round, started, finished }].slice(-KEPT)
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
