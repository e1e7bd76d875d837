import type { Setup } from '../app/setup.ts'
import { accountFor } from '../config/zones.ts'
import { Failure } from '../core/failure.ts'
import type { MxSet } from '../core/locate.ts'
import { isKnown } from '../core/plan.ts'
import type { DomainName } from '../dns/name.ts'
import { parseName } from '../dns/name.ts'
import { resolverAnswer } from '../lookup/addresses.ts'
import { aliasOf, mxOf } from '../lookup/mx.ts'
import type { World } from '../ports/world.ts'
import { type MxDocument, type MxHostDocument, mxText } from '../report/mx-text.ts'
import { type ExitCode, USAGE } from './exit-codes.ts'
import type { Context } from './index.ts'
import { openProgram } from './open-program.ts'
import { print } from './print.ts'
import { withProgress } from './progress.ts'
import { stopSignal } from './stop-signal.ts'

/** A domain's MX RRset as every name server gives it, against the wanted one. */
export async function mx(
  context: Context,
  given: readonly string[],
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const { terminal } = context
  const bad = given.find((text) => parseName(text) === undefined)
  if (bad !== undefined) {
    terminal.err(`mxhome: "${bad}" is not a domain name; expected one such as example.com\n`)
    return USAGE
  }
  const program = await openProgram(context)
  if ('code' in program) return program.code
  const { setup, world } = program
  const names = given.length > 0 ? given.map((text) => parseName(text)!) : setup.config.domains.map(({ name }) => name)
  if (names.length === 0) {
    terminal.err('mxhome: no domain is named: set MXHOME_DOMAINS, or run: mxhome mx example.com\n')
    return USAGE
  }
  const signal = stopSignal()
  const domains = await withProgress(terminal, !json, 'asking the name servers', () =>
    Promise.all(names.map((name) => domainOf(name, setup, world, signal))),
  )
  const document: MxDocument = { domains }
  print(terminal, world.clock.now(), json, document, mxText)
  if (domains.some(({ differs }) => differs)) return 1
  const silent = domains.some(({ servers }) => servers.length === 0 || servers.some((server) => server.mx === null))
  return silent ? 75 : 0
}

async function domainOf(
  domain: DomainName,
  setup: Setup,
  world: World,
  signal: AbortSignal,
): Promise<MxDocument['domains'][number]> {
  const { servers, authorities } = await mxOf(setup.asking, domain, signal)
  const [first] = authorities
  const problem = servers.length === 0 && first instanceof Failure ? first.message : undefined
  const known = servers.flatMap(({ mx: set }) => (set instanceof Failure ? [] : [set]))
  const wanted = setup.config.domains.find(({ name }) => name === domain)?.mx ?? null
  const wish = (wanted ?? []).map(({ host, preference }) => ({ exchange: host, preference }))
  const target = wish.length > 0 ? textOf(wish) : known[0] && textOf(known[0])
  const hosts = [...new Set([...known.flat(), ...wish].map(({ exchange }) => exchange))]
  return {
    domain,
    wanted,
    servers: servers.map(({ name, address, mx: set }) =>
      set instanceof Failure
        ? { name, address, mx: null, problem: set.message }
        : {
            name,
            address,
            mx: set
              .map(({ exchange, preference }) => ({ host: exchange, preference }))
              .toSorted((a, b) => a.preference - b.preference),
          },
    ),
    differs: known.some((set) => textOf(set) !== target),
    ...(problem !== undefined && { problem }),
    hosts: await hostsOf(hosts, [...known.flat(), ...wish], setup, world, signal),
  }
}

/** Ours is the MX host with the lowest preference in a zone of ours, unless it is excluded; all others are backups. */
async function hostsOf(
  hosts: readonly string[],
  set: MxSet,
  setup: Setup,
  world: World,
  signal: AbortSignal,
): Promise<MxHostDocument[]> {
  const found = await Promise.all(hosts.map((host) => hostOf(host, setup, world, signal)))
  const preferenceOf = (host: string) =>
    Math.min(...set.filter(({ exchange }) => exchange === host).map(({ preference }) => preference))
  const lowest = Math.min(...found.filter(({ role }) => role === 'ours').map(({ host }) => preferenceOf(host)))
  const { exclude } = setup.config
  const isKept = ({ host, alias = host }: MxHostDocument) =>
    preferenceOf(host) === lowest && !exclude.some((name) => name === alias)
  return found.map((one) => (isKept(one) ? one : { ...one, role: 'backup' }))
}

async function hostOf(
  host: string,
  { asking, accounts, config }: Setup,
  { random }: World,
  signal: AbortSignal,
): Promise<MxHostDocument> {
  const owner = parseName(host)
  if (!owner) return { host, role: 'backup', addresses: null }
  const [alias, ...answers] = await Promise.all([
    aliasOf(asking, owner, signal),
    ...config.types.map((type) => resolverAnswer(asking, { owner, type }, random, signal)),
  ])
  const known = answers.filter(isKnown)
  const ours = accountFor(parseName(alias ?? host) ?? owner, Object.values(accounts)) !== undefined
  return {
    host,
    role: ours ? 'ours' : 'backup',
    addresses: known.length > 0 ? known.flat() : null,
    ...(alias !== undefined && { alias }),
  }
}

const textOf = (set: MxSet) =>
  set
    .map(({ preference, exchange }) => `${preference} ${exchange}`)
    .toSorted()
    .join(', ')
