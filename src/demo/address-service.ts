import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type IpAddress, parseAddress } from '../dns/rrset.ts'

/** A what-is-my-address service whose answer can be changed: the line's address, as the outside sees it. */
export interface AddressService {
  readonly url: string
  readonly address: () => IpAddress
  readonly change: (address: IpAddress) => void
  readonly close: () => Promise<void>
}

const MAX_BODY = 1024

/** GET tells the address as text; PUT with an address as its body changes it. On loopback, at a free port. */
export async function startAddressService(first: IpAddress): Promise<AddressService> {
  let current = first
  const change = (address: IpAddress) => {
    current = address
  }
  const server = createServer(async (request, response) => {
    const reply = (status: number, text: string) => {
      response.writeHead(status, { 'content-type': 'text/plain', 'cache-control': 'no-store' }).end(`${text}\n`)
    }
    if (request.method === 'GET' || request.method === 'HEAD') return reply(200, current)
    if (request.method !== 'PUT' && request.method !== 'POST') return reply(405, 'GET, or PUT with an address')
    const body = await bodyOf(request).catch(() => '')
    const address = parseAddress(body.trim())
    if (!address) return reply(400, `expected an IPv4 or IPv6 address, such as 203.0.113.9`)
    change(address)
    return reply(200, current)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    address: () => current,
    change,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function bodyOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  let body = ''
  for await (const chunk of chunks) {
    body += chunk.toString('utf8')
    if (body.length > MAX_BODY) break
  }
  return body
}
