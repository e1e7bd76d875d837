// Run in the internet behind a router: a name server that takes signed updates, until it is ended.
import { startBind } from '../support/bind.ts'

const [address = '', name = '', secret = '', apex = ''] = process.argv.slice(2)
const bind = await startBind({
  zones: [{ apex, records: '@ MX 10 mail', options: `allow-update { key "${name}"; };` }],
  keys: [{ name, algorithm: 'hmac-sha256', secret }],
  address,
  port: 53,
})
process.on('SIGTERM', async () => {
  await bind.stop()
  process.exit(0)
})
console.log(JSON.stringify({ ready: address }))
