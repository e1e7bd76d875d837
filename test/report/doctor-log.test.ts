import { expect, it } from 'vitest'
import { doctorDocument } from '../../src/report/doctor-document.ts'
import { doctorLogLines } from '../../src/report/doctor-log.ts'
import { examination, found } from './doctoring.ts'

const log = (findings: readonly ReturnType<typeof found>[], before?: readonly ReturnType<typeof found>[]) =>
  doctorLogLines(
    doctorDocument(examination({ findings })),
    before && doctorDocument(examination({ findings: before })),
  ).map(({ level, message, fields }) => `${level} ${message} ${fields.id} ${fields.domain ?? '-'}`)

const spf = found('spf-missing', 'warn', 'no SPF')

it('tells what appears, changes how severe it is, or disappears', () => {
  expect(
    log([spf, found('tlsa-mismatch', 'error'), found('dnsbl-unknown', 'unknown'), found('mx-duplicate', 'info')]),
  ).toEqual([
    'warn the mail path: found spf-missing example.com',
    'error the mail path: found tlsa-mismatch example.com',
    'info the mail path: found dnsbl-unknown example.com',
    'info the mail path: found mx-duplicate example.com',
  ])
  expect(log([spf], [spf])).toEqual([])
  expect(log([{ ...spf, message: 'still no SPF' }], [spf])).toEqual([])
  expect(log([{ ...spf, severity: 'error' }], [spf])).toEqual(['error the mail path: found spf-missing example.com'])
  expect(log([], [spf, spf])).toEqual(['info the mail path: no longer found spf-missing example.com'])
  expect(log([], [{ ...spf, domain: undefined }])).toEqual(['info the mail path: no longer found spf-missing -'])
})

it('what can no longer be examined has not disappeared', () => {
  expect(log([{ ...spf, severity: 'unknown' }], [spf])).toEqual(['info the mail path: found spf-missing example.com'])
})

it('several of one kind are one line', () => {
  expect(log([spf, { ...spf, message: 'nor there' }, { ...spf, domain: undefined }])).toEqual([
    'warn the mail path: found spf-missing example.com',
    'warn the mail path: found spf-missing -',
  ])
})
