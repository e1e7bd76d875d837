import { expect, it } from 'vitest'
import type { BoundAccount } from '../../src/app/setup.ts'
import { writeMx } from '../../src/app/write-mx.ts'
import { Failure } from '../../src/core/failure.ts'
import type { MxSet } from '../../src/core/locate.ts'
import type { World } from '../../src/ports/world.ts'
import { name } from '../support/config.ts'

const OLD: MxSet = [{ preference: 10, exchange: 'old.example.com' }]
const WANTED: MxSet = [{ preference: 10, exchange: 'mail.example.com' }]
const lost = new Failure('network', 'no answer', { lost: true })

/** What becomes of one write; `read`: what is read back. */
async function outcome(write: () => boolean, read: () => MxSet) {
  const asked: string[] = []
  let locked = false
  const account = {
    name: 'ionos',
    via: {},
    async writeMx() {
      asked.push(`write ${locked}`)
      return { changed: write(), before: OLD }
    },
    async readMx() {
      asked.push(`read ${locked}`)
      return read()
    },
  } as unknown as BoundAccount
  const store = {
    async exclusive(work: () => Promise<unknown>) {
      locked = true
      return work().finally(() => {
        locked = false
      })
    },
  }
  const world = { store, dns: {}, clock: {}, exec: {} } as unknown as World
  const wish = { domain: name('example.com'), mx: WANTED }
  return { asked, ...(await writeMx(account, wish, world, new AbortController().signal)) }
}
const failing = (failure: Failure) => () => {
  throw failure
}

it('writes under the lock, and reads nothing back when it was answered', async () => {
  expect(await outcome(() => true, failing(lost))).toEqual({ kind: 'updated', asked: ['write true'] })
  expect(await outcome(() => false, failing(lost))).toMatchObject({ kind: 'unchanged' })
  const refused = new Failure('auth', 'no')
  expect(await outcome(failing(refused), () => OLD)).toEqual({
    kind: 'failed',
    failure: refused,
    asked: ['write true'],
  })
})

it('reads a lost answer back, under the same lock', async () => {
  expect(await outcome(failing(lost), () => WANTED)).toEqual({ kind: 'updated', asked: ['write true', 'read true'] })
})

it('what is not seen when read back is unknown, and never sent again', async () => {
  const old = await outcome(failing(lost), () => OLD)
  expect(old).toMatchObject({ kind: 'unknown', asked: ['write true', 'read true'] })
  expect('failure' in old && old.failure.message).toBe('no answer; read back, ionos shows the MX 10 old.example.com')
  const none = await outcome(failing(lost), () => [])
  expect('failure' in none && none.failure.message).toContain('shows the MX none')
  expect(await outcome(failing(lost), failing(new Failure('network', 'silent')))).toMatchObject({
    kind: 'unknown',
    failure: lost,
  })
})
