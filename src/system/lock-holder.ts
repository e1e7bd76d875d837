import { connect } from 'node:net'

/** Who holds a lock, in its own words. */
export interface Holder {
  readonly pid: number
  readonly host: string
  /** RFC 3339. */
  readonly since: string
  readonly what: string
}

/** A holder that is busy or stopped accepts, but says nothing. */
const PATIENCE = 500
const SILENT: Holder = { pid: 0, host: 'unknown', since: 'unknown', what: 'a process that does not answer' }

/** Whether a socket's owner lives. Only a refused connection proves that it does not; every doubt counts for it. */
export function lookAt(path: string): Promise<'dead' | 'gone' | Holder> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(path)
    const end = (result: 'dead' | 'gone' | Holder) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(result)
    }
    const timer = setTimeout(() => end(SILENT), PATIENCE)
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('end', () => end(parseHolder(text)))
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED') return end('dead')
      end(code === 'ENOENT' ? 'gone' : parseHolder(text))
    })
  })
}

/** For people: `mxhome run (process 123 on box, since 2026-11-25T10:00:00.000Z)`. */
export const describeHolder = ({ what, pid, host, since }: Holder): string =>
  pid === 0 ? what : `${what} (process ${pid} on ${host}, since ${since})`

function parseHolder(text: string): Holder {
  try {
    const { pid, host, since, what } = JSON.parse(text) as Record<string, unknown>
    if (typeof pid !== 'number') return SILENT
    return { pid, host: String(host), since: String(since), what: String(what) }
  } catch {
    return SILENT
  }
}
