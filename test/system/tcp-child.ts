// Shows what a handshake with that port of loopback shows to a process that was started with another authority.
import { parseAddress } from '../../src/dns/rrset.ts'
import { openTcp } from '../../src/system/tcp.ts'

const never = new AbortController().signal
const server = { address: parseAddress('127.0.0.1')!, port: Number(process.argv[2]) }
const connection = await openTcp({}).connect({ server, from: 'here' }, never)
const { untrusted = null, chain } = await connection.secure('mx.example.com', 5000, never)
connection.close()
process.stdout.write(JSON.stringify({ untrusted, chain: chain.length }))
