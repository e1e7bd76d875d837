import type { FritzLine } from './fritzbox.ts'
import { LAN, type NamespaceRouter } from './namespace-router.ts'

/** What the box sent, or took. */
interface Said {
  /** The variables that are sent from now on. */
  readonly tells?: Readonly<Record<string, string>>
  /** The number of one that was sent. */
  readonly event?: number
  /** What it was answered with, or why it was not. */
  readonly status?: number | string
  readonly unsubscribed?: string
}

/** A FRITZ!Box in the place of the home's router: it tells what the test says that its line is. */
export async function startFritzBox({ router, startProgram }: NamespaceRouter, first: FritzLine) {
  const argv = [process.execPath, 'test/service/fritzbox-child.ts', LAN.router, JSON.stringify(first)]
  const running = await startProgram(router, argv, /^{"ready":true}$/)
  const said = () => running.said().flatMap((line): Said[] => (line.startsWith('{') ? [JSON.parse(line)] : []))
  return {
    said,
    /** The daemon has taken its events, up to this number. */
    hasTold: (seq: number) => said().some(({ event, status }) => event !== undefined && event >= seq && status === 200),
    becomes: (line: FritzLine) => running.tell(JSON.stringify(line)),
  }
}
