import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAddress } from '../dns/rrset.ts'
import { type DaemonProcess, startDaemon } from './daemon-process.ts'
import { followStatus } from './daemon-status.ts'
import { demoConfig } from './demo-config.ts'
import { startHomeLine } from './home-line.ts'
import type { Stage } from './stage.ts'
import { openTimeline } from './timeline.ts'

/** A stage with the program running on it. */
export interface OpenStage extends Stage {
  readonly daemon: DaemonProcess
  readonly configFile: string
  /** Ends the program, closes every port, removes every file. */
  readonly close: () => Promise<void>
  /** The same without waiting, for a process that is about to exit. */
  readonly leave: () => void
}

interface Wishes {
  readonly command: readonly string[]
  readonly print: (line: string) => void
  readonly colour: boolean
}

const FIRST_ADDRESS = parseAddress('203.0.113.7')!

/** Starts the line, then the program as a process of its own. Rejects with the system's error, with nothing left behind. */
export async function openStage({ command, print, colour }: Wishes, signal: AbortSignal): Promise<OpenStage> {
  const folder = mkdtempSync(join(tmpdir(), 'mxhome-demo-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  const home = await startHomeLine(FIRST_ADDRESS, signal).catch((thrown: unknown) => {
    removeFolder()
    throw thrown
  })
  try {
    const listen = `127.0.0.1:${await freePort()}`
    const stateDir = join(folder, 'state')
    mkdirSync(stateDir, { mode: 0o700 })
    const { yaml, env } = demoConfig(home, listen, stateDir)
    const configFile = join(folder, 'mxhome.yaml')
    writeFileSync(configFile, yaml, { mode: 0o600 })
    const daemon = startDaemon({ argv: [...command, 'run', '--config', configFile], folder, env })
    const broken = () => (daemon.ended() === undefined ? undefined : `mxhome ${daemon.ended()}`)
    return {
      home,
      status: followStatus(`http://${listen}`, signal),
      timeline: openTimeline({ print, colour, signal, broken }),
      daemon,
      configFile,
      async close() {
        await daemon.stop()
        await home.close()
        removeFolder()
      },
      leave() {
        daemon.kill()
        removeFolder()
      },
    }
  } catch (thrown) {
    await home.close()
    removeFolder()
    throw thrown
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
