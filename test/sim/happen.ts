import type { Milliseconds } from '../../src/core/instant.ts'
import { nextCalm } from './calms.ts'
import type { Happening, Kind } from './happenings.ts'
import { force, foreignWrite, moveMx, reload } from './owner.ts'
import type { Parts } from './parts.ts'

type Of<K extends Kind> = Extract<Happening, { kind: K }>

/** Lets it happen; what lasts ends by itself, at the latest before all is well. */
export function happen(one: Happening, parts: Parts): void {
  const doing = HAPPEN[one.kind] as (one: Happening, parts: Parts) => void
  doing(one, parts)
  parts.box.stir()
}

function during({ time }: Parts, ms: Milliseconds, begin: () => unknown, end: () => unknown): void {
  begin()
  time.at(Math.min(time.now() + ms, nextCalm(time.now()) - 1), () => void end())
}

function hear({ home, box }: Parts): void {
  if (home.watches) box.daemon()?.hint?.('kernel')
}

const HAPPEN: { readonly [K in Kind]: (one: Of<K>, parts: Parts) => void } = {
  reconnect({ ms, back, prefix, second }, parts) {
    const line = second ? parts.out.second! : parts.out.line
    during(parts, ms, line.goDown, () => {
      line.comeBack()
      line.renumber(back, prefix)
      parts.tell(`the line has ${line.now('A')} ${line.now('AAAA')}`)
      hear(parts)
    })
  },
  outage({ ms, second }, parts) {
    const line = second ? parts.out.second! : parts.out.line
    during(parts, ms, line.goDown, () => {
      line.comeBack()
      hear(parts)
    })
  },
  'carrier-nat'({ ms }, parts) {
    const { line } = parts.out
    if (parts.home.sources !== 'interface') return // from outside it cannot be told
    during(
      parts,
      ms,
      () => line.share(true),
      () => line.share(false),
    )
  },
  source({ nth, fault, ms }, parts) {
    const { sources } = parts.out
    const source = sources[nth % sources.length]!
    const others = sources.filter((other) => other !== source && other.size > 0).length
    // One that lies alone is believed where the user has only one, or where no quorum is set and the others are silent.
    const isAlone = parts.home.sources !== 'three' || (parts.home.config.quorum === undefined && others > 0)
    if ((fault === 'lies' || fault === 'cut') && isAlone) return
    const isLied = sources.some((other) => other !== source && (other.has('lies') || other.has('cut')))
    if (isLied && parts.home.config.quorum === undefined && others > 1) return // it would leave the lie alone
    during(
      parts,
      ms,
      () => source.add(fault),
      () => source.delete(fault),
    )
  },
  service({ nth, fault, ms }, parts) {
    const { providers } = parts.out
    const { faults } = providers[nth % providers.length]!
    during(
      parts,
      ms,
      () => faults.add(fault),
      () => faults.delete(fault),
    )
  },
  server({ nth, fault, ms }, parts) {
    const { servers } = parts.out.names
    const server = servers[nth % servers.length]!
    const { faults } = server
    if (faults.has(fault)) return
    during(
      parts,
      ms,
      () => faults.set(fault, parts.time.now()),
      () => {
        faults.delete(fault)
        server.wellSince = parts.time.now()
      },
    )
  },
  resolver({ ms }, parts) {
    const { names } = parts.out
    during(
      parts,
      ms,
      () => names.resolverFault(1),
      () => names.resolverFault(-1),
    )
  },
  'port-53'({ how, ms }, parts) {
    const { names } = parts.out
    during(
      parts,
      ms,
      () => names.port53(how, 1),
      () => names.port53(how, -1),
    )
  },
  lag({ nth, lag }, { out, time }) {
    const server = out.names.servers[nth % out.names.servers.length]!
    Object.assign(server, { lag, lagSince: time.now() })
  },
  'foreign-write': ({ nth }, parts) => foreignWrite(nth, parts),
  mx: ({ how }, parts) => moveMx(how, parts),
  crash: ({ calls, how, ms }, { box }) => box.crash(calls, how, ms),
  stop: ({ calls, ms }, { box, time }) => box.stop(calls, Math.min(ms, nextCalm(time.now()) - time.now())),
  'disk-full'({ ms }, parts) {
    const by = (change: number) => () => {
      parts.disk.full += change
    }
    during(parts, ms, by(1), by(-1))
  },
  // Where nobody checks the time a clock may be wrong for ever; where a service does, somebody sets it right.
  clock({ by, ms }, parts) {
    const { time, out } = parts
    const setRight = () => time.step(time.now() - time.clock.now())
    if (out.providers.some(({ service }) => service.checksTime)) during(parts, ms, () => time.step(by), setRight)
    else time.step(by)
  },
  suspend: ({ ms }, { time }) => time.suspend(Math.min(ms, nextCalm(time.now()) - time.now())),
  reload: ({ change }, parts) => reload(change, parts),
  force: ({ calls }, parts) => force(calls, parts),
}
