// Run in the internet of a home: tells callers their address, and what `mxhome ip` says at the box behind the router.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { NODE, openFolder } from '../support/program.ts'

const [, , box = '', address = '', sources = ''] = process.argv
const server = createServer((request, response) => response.end(request.socket.remoteAddress))
server.listen(80, address)
await once(server, 'listening')

const folder = openFolder()
async function ip(...options: readonly string[]): Promise<string> {
  const argv = ['netns', 'exec', box, NODE, resolve('dist/mxhome.js'), 'ip', ...options]
  const account = { MXHOME_HOSTS: 'home.example', MXHOME_PROVIDER: 'noip', NOIP_USERNAME: 'anna', NOIP_PASSWORD: 'x' }
  const place = { PATH: process.env.PATH, HOME: folder.path, MXHOME_STATE_DIR: folder.path }
  const env = { ...place, ...account, MXHOME_IP_SOURCES: sources }
  const run = promisify(execFile)('ip', argv, { env, cwd: folder.path })
  // It ends with 75 where the address is unknown.
  const { stdout, stderr } = await run.catch((ended: { stdout: string; stderr: string }) => ended)
  if (!stdout) throw new Error(stderr)
  return stdout
}

const [document, text] = await Promise.all([ip('--json'), ip()])
console.log(JSON.stringify({ document: JSON.parse(document), text }))
folder.leave()
process.exit(0)
