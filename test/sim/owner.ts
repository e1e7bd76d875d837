import { DAY } from '../../src/core/instant.ts'
import { type DomainName, parseName } from '../../src/dns/name.ts'
import { stateOn } from './disk.ts'
import { FOREIGN } from './invariants.ts'
import type { Parts } from './parts.ts'
import { BACKUP } from './world.ts'

/** `mxhome --force`, of all or of these. */
export function force(calls: number, { box, forcing }: Parts, owners: readonly DomainName[] = []): void {
  forcing.count += 1
  void box.force(calls, owners, () => {
    forcing.count -= 1
  })
}

/** Someone else writes a record of ours. */
export function foreignWrite(nth: number, { home, time, out, foreignWrites, tell }: Parts): void {
  const { service, account } = out.providers[nth % out.providers.length]!
  const kind = home.kinds.find(({ use }) => use === account)!
  const owner = parseName(kind.hosts[nth % kind.hosts.length]!)!
  if (service.holds(owner, 'A').length === 0) return
  service.put(owner, 'A', [FOREIGN])
  foreignWrites.set(`${owner} A`, time.now())
  tell(`someone else has written ${owner}`)
}

/** The owner of the domain lets its MX name another host. */
export function moveMx(how: 'moves' | 'gone' | 'elsewhere' | 'back', { home, time, out }: Parts): void {
  const all = home.kinds.flatMap(({ hosts }) => hosts)
  const exchange = all[Math.floor(time.now() / 1000) % all.length]!
  if (how === 'gone') out.setMx([])
  else if (how === 'elsewhere') out.setMx([{ preference: 10, exchange: 'mx.provider.example' }, BACKUP])
  else out.setMx([{ preference: 10, exchange: how === 'moves' ? exchange : 'mail.example.com' }, BACKUP])
}

export function reload(change: 'ttl' | 'host' | 'nothing', { home, box }: Parts): void {
  const config = box.config()
  const spare = home.kinds.flatMap(({ hosts }) => hosts).find((host) => !config.hosts.some(({ name }) => name === host))
  if (change === 'ttl') box.reload({ ...config, ttl: config.ttl === undefined ? 120 : undefined })
  else if (change === 'host' && spare) box.reload({ ...config, hosts: [...config.hosts, { name: parseName(spare)! }] })
  else box.reload({ ...config })
}

/** Once a day the user looks whether something waits for them: what is held is mended, and forced. */
export function looksIn(parts: Parts): void {
  const { time, disk, out } = parts
  time.after(DAY, () => {
    const held = Object.entries(stateOn(disk.written).targets).filter(([, { trouble }]) => trouble?.until === 'hold')
    const faults = out.providers.flatMap((one) => [...one.faults])
    const isMended = !(['refuses', 'unknown-host', 'blocks', 'cannot'] as const).some((fault) => faults.includes(fault))
    // What was blocked must be named.
    const blocked = held
      .filter(([, { trouble }]) => trouble?.kind === 'blocked')
      .flatMap(([key]) => parseName(key.split(' ')[1]!) ?? [])
    if (held.length > 0 && isMended) force(Number.POSITIVE_INFINITY, parts, [...new Set(blocked)])
    looksIn(parts)
  })
}
