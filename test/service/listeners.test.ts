import { afterEach, describe, expect, it } from 'vitest'
import { inside } from '../support/behind-router.ts'
import { daemonBehindRouter, whyNoDaemonBehindRouter } from '../support/daemon-behind-router.ts'
import { LAN } from '../support/namespace-router.ts'

const why = whyNoDaemonBehindRouter()
const name = 'who can reach the daemon as it is by default'
const HEALTH = 'tcp 127.0.0.1:8245'
/** Bound to their groups: what is sent to this box alone does not get in. */
const GROUPS = ['udp 224.0.0.1:5350', 'udp 239.255.255.250:1900']
const SEARCH = `udp ${LAN.box}:PORT`
const MUTE = 'table inet mute { chain in { type filter hook input priority filter; udp sport 1900 drop; }; }'
/** A network that anybody can reach: of the provider's machine, and of the box. */
const PUBLIC = { gateway: '5.9.7.1', box: '5.9.7.2' }

describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  let stage: Awaited<ReturnType<typeof daemonBehindRouter>>
  /** What was seen in two looks in a row: a socket that asks is bound for a moment before it is connected. */
  let seen: Set<string>
  let last: readonly string[]
  afterEach(() => stage?.stop())

  /** Neither `watch` nor `listen` is set. */
  const open = async (prepare?: Parameters<typeof daemonBehindRouter>[1]) => {
    ;[seen, last] = [new Set(), []]
    stage = await daemonBehindRouter(['log: {level: debug}'], prepare)
  }
  /** Each socket of the box that hears whoever comes; nothing runs there but the daemon. The system chooses most ports. */
  const look = () => {
    const text = inside(stage.home.box, 'ss', '-Hltun')
    const found = [...text.matchAll(/^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+(\S+)/gm)].map(([, kind, at]) => `${kind} ${at}`)
    const now = found.map((one) => (one.includes(` ${LAN.box}:`) ? one.replace(/\d+$/, 'PORT') : one)).toSorted()
    for (const one of now) if (last.includes(one)) seen.add(one)
    last = now
    return now
  }

  it('behind a router: health on loopback, UPnP events on the address towards the router, announcements at their groups', async () => {
    await open()
    const atRest = async () => {
      const count = (kind: string) => last.filter((one) => one.startsWith(kind)).length
      await stage.until('all is listened to', () => look().length === 4 && count('tcp') === 2)
      return last
    }
    const ears = [HEALTH, `tcp ${LAN.box}:PORT`, ...GROUPS]
    expect(await atRest()).toEqual(ears)
    stage.home.changeWan('5.9.2.1')
    await stage.until('the change is followed', () => look().length > 0 && stage.daemon.isConfirmed('5.9.2.1'))
    expect(await atRest()).toEqual(ears)
    expect([...ears, SEARCH]).toEqual(expect.arrayContaining([...seen]))
  })

  // Where no answer gets in, the search lasts long enough to be seen.
  it('whoever searches for the router waits for answers on the address towards it', async () => {
    await open(({ box }) => inside(box, 'nft', MUTE))
    await stage.until('it searches', () => look().length > 0 && seen.size >= 4)
    expect([...seen].toSorted()).toEqual([HEALTH, SEARCH, ...GROUPS])
  })

  // What is open there is open to strangers.
  it.each([
    ['at the provider itself', PUBLIC.gateway, 'is'],
    ['behind a router, but at a public address', LAN.router, `has this box at ${PUBLIC.box}, which is`],
  ])('%s: health on loopback, and nothing else', async (_, gateway, reason) => {
    await open(({ box, router }) => {
      inside(router, 'ip', 'address', 'add', `${PUBLIC.gateway}/24`, 'dev', 'lan')
      inside(box, 'ip', 'address', 'flush', 'dev', 'eth0')
      inside(box, 'ip', 'address', 'add', `${PUBLIC.box}/24`, 'dev', 'eth0')
      inside(box, 'ip', 'route', 'add', 'default', 'via', gateway, 'dev', 'eth0', 'onlink')
    })
    const troubles = () => {
      const told = stage.daemon.entries.filter(({ message }) => message === 'no change is heard of by this way')
      return told.map(({ way, why: what }) => `${way}: ${what}`).toSorted()
    }
    const tried = () => seen.size > 1 || (seen.size === 1 && troubles().length >= 3)
    await stage.until('all ways have been tried', () => look().length > 0 && tried())
    expect([...seen]).toEqual([HEALTH])
    const what = `the router ${gateway} ${reason} no address of a home network: it is not asked for this line's`
    expect(troubles()).toEqual(['nat-pmp', 'probe', 'upnp'].map((way) => expect.stringMatching(`^${way}: .*${what}`)))
  })
})
