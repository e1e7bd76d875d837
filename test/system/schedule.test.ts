import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { machineNumber } from '../../src/system/machine-id.ts'
import { every, isSchedule, validateSchedule, withSeconds } from '../../src/system/schedule.ts'

it.each(['*/5 * * * *', '0 3 * * mon', '30 */2 * * * *', '  0   4 1-5 * *  '])('%s is a schedule', (expression) => {
  expect(validateSchedule(expression)).toBeUndefined()
  expect(isSchedule(expression)).toBe(true)
})

it.each([
  ['', 'has 0 fields'],
  ['5m', 'has 1 fields'],
  ['* * * *', 'has 4 fields'],
  ['* * * * * * *', 'has 7 fields'],
  ['99 * * * *', 'is not one'],
  ['a b c d e', 'is not one'],
])('%j is none: %s', (expression, why) => {
  expect(validateSchedule(expression)).toContain(`the schedule "${expression}" ${why}; expected five fields`)
  expect(isSchedule(expression)).toBe(false)
  expect(() => every(expression, () => {})).toThrow(why)
})

it('five fields are shifted within the minute, six are exact', () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), (machine) => {
      const shifted = withSeconds('*/5 * * * *', machine)
      expect(shifted).toMatch(/^\d+ \*\/5 \* \* \* \*$/)
      expect(Number(shifted.split(' ')[0])).toBeLessThan(60)
      expect(isSchedule(shifted)).toBe(true)
      expect(withSeconds('7 */5 * * * *', machine)).toBe('7 */5 * * * *')
    }),
  )
})

it('ticks until it is stopped', async () => {
  let ticks = 0
  await new Promise<void>((resolve) => {
    const task = every('* * * * * *', () => {
      ticks += 1
      task.stop()
      resolve()
    })
  })
  const next = new Promise<void>((resolve) => {
    const other = every('* * * * * *', () => {
      other.stop()
      resolve()
    })
  })
  await next
  expect(ticks).toBe(1)
})

it("the machine's number is fixed, and not the id itself", () => {
  expect(machineNumber()).toBe(machineNumber())
  const dir = mkdtempSync(join(tmpdir(), 'mxhome-id-'))
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text)
    return join(dir, name)
  }
  const one = file('one', `${'0123456789abcdef'.repeat(2)}\n`)
  const other = file('other', `${'f'.repeat(32)}\n`)
  const junk = file('junk', 'uninitialized\n')
  expect(machineNumber([one])).not.toBe(machineNumber([other]))
  expect(machineNumber([junk, other])).toBe(machineNumber([other]))
  expect(machineNumber([junk])).toBe(machineNumber([]))
  expect(machineNumber([one])).toBeLessThan(2 ** 32)
  expect(machineNumber([one])).not.toBe(0x01234567)
  rmSync(dir, { recursive: true })
})
