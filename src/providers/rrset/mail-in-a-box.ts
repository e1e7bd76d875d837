import * as z from 'zod'
import { Failure } from '../../core/failure.ts'
import { SECOND } from '../../core/instant.ts'
import { parseName } from '../../dns/name.ts'
import type { RRsetName, Seconds } from '../../dns/rrset.ts'
import { basic } from '../auth/basic.ts'
import { addressIn } from '../kits/address-in.ts'
import { zoneAt } from '../kits/open-zone.ts'
import { baseOf, noServer, serverSetting } from '../kits/own-server.ts'
import { ttlBetween } from '../kits/ttl.ts'
import { zoneApiByRRset } from '../kits/zone-api-by-rrset.ts'
import { secret, text } from '../provider.ts'

const Zones = z.array(z.string())
const Records = z.array(z.object({ qname: z.string(), rtype: z.string(), value: z.string() }))
/** Of every record of the box, whatever is wanted. */
const TTL: Seconds = 86_400

/** https://mailinabox.email/api-docs.html; every TTL is a day: so long may others see the address from before a change. */
export const mailInABox = zoneApiByRRset({
  id: 'mail-in-a-box',
  name: 'Mail-in-a-Box',
  docs: 'https://mailinabox.email/api-docs.html',
  facts: { sure: 'documented', verified: '2026-11' },
  endpoint: '',
  settings: z.strictObject({
    server: serverSetting('box.example.com'),
    username: text('Mail address of an administrator of the box'),
    password: secret('Its password; a login with two factors cannot be used'),
  }),
  base: baseOf,
  problem: (access) => (baseOf(access) === '' ? noServer('MAIL_IN_A_BOX') : undefined),
  // A write makes and signs the zones anew before it is answered.
  api: ({ username, password }) => ({
    headers: { authorization: basic(username, password) },
    timeout: 60 * SECOND,
  }),
  ttl: ttlBetween(TTL, TTL),
  findZone: async (api, apexes) => zoneAt(apexes, await api.get('/admin/dns/zones', Zones), (name) => name)?.apex,
  async list(api, _zone, owner, types) {
    const found = []
    for (const type of types) {
      const records = await api.get(pathOf({ owner, type }), Records)
      const own = records.filter(({ qname, rtype }) => rtype === type && parseName(qname) === owner)
      const local = own.some(({ value }) => value === 'local')
      const addresses = local ? [] : own.map(({ value }) => addressIn(value))
      if (own.length > 0) found.push({ type, ttl: TTL, addresses, local })
    }
    return found
  },
  /** One value a request: PUT replaces all by its own, POST adds. An empty body would stand for our own address. */
  async replace(api, _zone, [{ rrset, stored }]) {
    if (stored?.local) throw new Failure('rejected', keptByTheBox(rrset))
    const [first, ...others] = rrset.addresses
    if (first === undefined) return api.sendText('DELETE', pathOf(rrset), '', isDone)
    await api.sendText('PUT', pathOf(rrset), first, isDone)
    for (const address of others) await api.sendText('POST', pathOf(rrset), address, isDone)
  },
})

const pathOf = ({ owner, type }: RRsetName) => `/admin/dns/custom/${owner}/${type}`

/** `OK`: it was so. "Something isn't right.", with status 200, is no success: no zone was made anew. */
const isDone = (answer: string) => answer === 'OK' || /^updated DNS: /.test(answer)

/** It puts an address of its own in the place of the word; which one, the API does not show. */
const keptByTheBox = ({ owner, type }: RRsetName) =>
  `the box keeps ${owner} ${type} by itself (its value is "local"): remove that custom record there if mxhome shall keep it`
