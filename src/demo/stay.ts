import { pause } from '../system/pause.ts'
import { HOME } from './home-line.ts'
import type { OpenStage } from './open-stage.ts'

/** Keeps the stage open until the signal aborts, and tells what comes of addresses that the user sets. false: the program ended by itself. */
export async function keepRunning(stage: OpenStage, signal: AbortSignal): Promise<boolean> {
  const { home, daemon, timeline } = stage
  for (let known = home.line.address(); !signal.aborted; await pause(100, signal)) {
    if (daemon.ended() !== undefined) return false
    const address = home.line.address()
    if (address === known) continue
    known = address
    timeline.heading('Your address', `you gave the line ${address}`)
    await tell(stage, address).catch(() => {})
  }
  return true
}

/** Published and shown, or refused. */
async function tell({ home, status, timeline }: OpenStage, address: string): Promise<void> {
  status.forget()
  const hosts = [HOME.otherMail, HOME.dynamic]
  await timeline.until('what comes of it', async () => {
    const targets = status.rounds().at(-1)?.targets ?? []
    if (targets.some(({ why }) => why === 'address-unknown')) {
      return `mxhome refuses ${address}: nothing is published, see ${status.url}/status`
    }
    const shown = hosts.flatMap((host) => home.servers.map((server) => home.shows(server, host)))
    return (await Promise.all(shown)).every((one) => one?.join() === address)
      ? `both name servers answer ${address}`
      : undefined
  })
}
