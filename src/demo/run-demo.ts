import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeEndpoint } from '../dns/endpoint.ts'
import { parseAddress } from '../dns/rrset.ts'
import { pause } from '../system/pause.ts'
import { type DaemonProcess, lastLines, startDaemon } from './daemon-process.ts'
import { followStatus } from './daemon-status.ts'
import { demoConfig } from './demo-config.ts'
import { HOME, type HomeLine, startHomeLine } from './home-line.ts'
import { SCENES } from './scenes.ts'
import type { Stage } from './stage.ts'
import { openTimeline, seconds, type Timeline } from './timeline.ts'

export interface DemoOptions {
  /** The program and its first arguments: `[process.execPath, '.../dist/mxhome.js']`; `run --config FILE` is added. */
  readonly command: readonly string[]
  /** Keep all running afterwards, until Ctrl-C. */
  readonly stay: boolean
  /** Prints one line, given without its end. */
  readonly print: (line: string) => void
  readonly colour: boolean
}
