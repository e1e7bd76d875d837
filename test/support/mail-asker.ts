import { Failure } from '../../src/core/failure.ts'
import { describeEndpoint, type Endpoint } from '../../src/dns/endpoint.ts'
import type { Asker } from '../../src/mail/asker.ts'
import { type AskerSetup, openAsker } from '../../src/mail/open-asker.ts'
import type { Dns } from '../../src/ports/dns.ts'
import { openClock } from '../../src/system/clock.ts'
import { createDns } from '../../src/system/dns.ts'
import { openHttp } from '../../src/system/http.ts'
import { endpoint } from './config.ts'

/** What a test has of the internet: a server's public address, and where it really listens. */
export type Map53 = Readonly<Record<string, Endpoint>>

/** The real DNS, in which some addresses lead to servers of the test. */
export function mappedDns(servers: Map53): Dns {
  const real = createDns({ udp: 500, tcp: 2000 })
  return {
    ...real,
    query: (question, signal) => {
      const server = servers[describeEndpoint(question.server)] ?? question.server
      return real.query({ ...question, server }, signal)
    },
  }
}

interface TestSetup extends Partial<Omit<AskerSetup, 'asking' | 'world'>> {
  readonly resolvers: readonly (Endpoint | string)[]
  readonly servers?: Map53
  readonly dns?: Dns
  readonly world?: Partial<Asker['world']>
}

/** Who asks real servers. `end` after each test: a clock is running. */
export function askerOf({ resolvers, servers = {}, dns = mappedDns(servers), world, ...more }: TestSetup) {
  const clock = openClock()
  return openAsker({
    asking: {
      dns,
      clock,
      resolvers: resolvers.map((one) => (typeof one === 'string' ? endpoint(one) : one)),
      nameservers: [],
      allow: ['192.0.2.0/24'],
      zones: new Map(),
    },
    world: {
      tcp: { connect: () => Promise.reject(new Failure('bug', 'no TCP here')) },
      http: openHttp({ version: 'test' }),
      clock,
      random: Math.random,
      dns,
      ...world,
    },
    signal: new AbortController().signal,
    outside: undefined,
    helo: '[127.0.0.1]',
    dqsKey: undefined,
    selectors: [],
    ...more,
  })
}
