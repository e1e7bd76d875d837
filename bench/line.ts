import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Asked, type Reply, serve } from '../src/demo/loopback-http.ts'
import { startNameServer } from '../src/demo/name-server.ts'
import { dyndns2Rules } from '../src/demo/strict-dyndns2.ts'
import type { Zone, ZoneVersion } from '../src/demo/zone.ts'
import { describeEndpoint } from '../src/dns/endpoint.ts'
import { type IpAddress, parseAddress } from '../src/dns/rrset.ts'
import type { Settings } from './programs.ts'

export const APEX = 'dyn.example'
export const USER = { name: 'anna', password: 's3cr3t-Passw0rd' }

interface Wish {
  readonly hosts: readonly string[]
  /** How long the service takes for its answer. */
  readonly answersIn?: number
}

/** The nth address that a line of documentation can have (RFC 5737). */
export const addressAt = (nth: number): IpAddress => parseAddress(`203.0.113.${1 + (nth % 250)}`)!

/**
 * A zone whose records change one by one, thousands of them: the demo's own keeps every version, and compares them
 * whole. What a service and its name servers cost must not be counted against the program.
 */
export function quickZone(apex: string): Zone & { readonly put: (owner: string, address: IpAddress) => void } {
  const held = new Map<string, IpAddress>()
  let serial = 1
  let made: ZoneVersion | undefined
  const version = (): ZoneVersion => {
    const records = [...held].map(([owner, address]) => ({ owner, ttl: 60, data: { type: 'A', address } as const }))
    return { at: 0, serial, records }
  }
  const unused = () => {
    throw new Error('put() changes this zone')
  }
  return {
    apex,
    at: () => (made ??= version()),
    write: unused,
    setRRset: unused,
    put(owner, address) {
      held.set(owner, address)
      serial += 1
      made = undefined
    },
  }
}

/** A folder of a bench's own; `leave` removes it. */
export function openFolder(): { readonly path: string; readonly leave: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'mxhome-bench-'))
  return { path, leave: () => rmSync(path, { recursive: true, force: true }) }
}

/** A strict dyndns2 service, two name servers that show at once what it was told, a service that tells the address. */
export async function openLine({ hosts, answersIn = 0 }: Wish) {
  const zone = quickZone(APEX)
  const rules = dyndns2Rules({
    users: { [USER.name]: USER.password },
    hosts: Object.fromEntries(hosts.map((host) => [host, USER.name])),
    onUpdate: (host, [address]) => zone.put(host, address!),
  })
  const answer = async (asked: Asked): Promise<Reply> => {
    if (answersIn > 0) await pause(answersIn)
    const reply = rules.answer(asked)
    // ddclient 3.10 takes the length of a chunk for the answer.
    return { ...reply, headers: { 'content-length': String(reply.body.length) } }
  }
  const service = await serve(answer)
  const line = { address: addressAt(0), asked: 0 }
  const address = await serve(() => {
    line.asked += 1
    return { status: 200, body: `${line.address}\n`, headers: { 'content-length': String(line.address.length + 1) } }
  })
  const servers = await Promise.all([startNameServer({ zones: [zone] }), startNameServer({ zones: [zone] })])
  const endpoints = servers.map(({ endpoint }) => describeEndpoint(endpoint))
  const settings: Settings = {
    MXHOME_HOSTS: hosts.join(','),
    MXHOME_PROVIDER: 'dyndns2',
    DYNDNS2_BASE_URL: service.url,
    DYNDNS2_USERNAME: USER.name,
    DYNDNS2_PASSWORD: USER.password,
    MXHOME_RESOLVERS: endpoints[0]!,
    MXHOME_NAMESERVERS: endpoints.join(','),
    MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
    MXHOME_IP_SOURCES: `http:${address.url}/`,
    MXHOME_WATCH: 'off',
    MXHOME_DAILY_UPDATES: '1000',
  }
  const leave = async () => {
    await Promise.all([service.stop(), address.stop(), ...servers.map((server) => server.close())])
  }
  return { service, rules, address, line, zone, settings, leave }
}

export type Line = Awaited<ReturnType<typeof openLine>>
