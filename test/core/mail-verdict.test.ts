import { expect, it } from 'vitest'
import type { Finding } from '../../src/core/finding.ts'
import { inOrder } from '../../src/core/finding-order.ts'
import { mailVerdict, worstVerdict } from '../../src/core/mail-verdict.ts'
import { name } from '../support/config.ts'

const DOMAIN = name('example.com')
const found = (id: Finding['id'], severity: Finding['severity'], domain = DOMAIN, message = id): Finding => ({
  ...{ id, severity, domain, message },
  remedy: 'Do it.',
  reference: 'RFC 1',
})

it.each<[string, readonly Finding[], string]>([
  ['nothing was found', [], 'reachable'],
  [
    'notes, and what could not be examined',
    [found('split-horizon', 'info'), found('spf-fails', 'unknown')],
    'reachable',
  ],
  ['a warning', [found('dmarc-missing', 'warn')], 'reachable-with-faults'],
  ['an error that loses some mail', [found('tlsa-mismatch', 'error')], 'reachable-with-faults'],
  ['an error that loses all', [found('port-25-closed', 'error'), found('spf-missing', 'warn')], 'not-reachable'],
  ['the same that is only feared', [found('port-25-closed', 'warn')], 'reachable-with-faults'],
  ['a null MX', [found('null-mx', 'info')], 'not-reachable'],
  ['an MX that could not be looked up', [found('mx-unknown', 'unknown'), found('spf-missing', 'warn')], 'not-known'],
  ['an error of another domain', [found('port-25-closed', 'error', name('example.org'))], 'reachable'],
  [
    'an error of the line itself',
    [{ ...found('state-unwritable', 'error'), domain: undefined }],
    'reachable-with-faults',
  ],
  ['a line that nobody reaches', [{ ...found('behind-cgnat', 'error'), domain: undefined }], 'not-reachable'],
])('%s', (_, findings, verdict) => {
  expect(mailVerdict(DOMAIN, findings)).toBe(verdict)
})

it('of several domains the worst; of none nothing is known', () => {
  expect(worstVerdict(['reachable', 'not-reachable', 'not-known'])).toBe('not-reachable')
  expect(worstVerdict(['not-known', 'reachable-with-faults'])).toBe('reachable-with-faults')
  expect(worstVerdict(['reachable', 'not-known'])).toBe('not-known')
  expect(worstVerdict(['reachable', 'reachable'])).toBe('reachable')
  expect(worstVerdict([])).toBe('not-known')
})

it('findings stand each once, the worst first, then by domain, then as an admin would look', () => {
  const [spf, mx, port] = [found('spf-missing', 'warn'), found('mx-missing', 'error'), found('port-25-closed', 'error')]
  const other = found('mx-duplicate', 'warn', name('a.example'))
  const unknown = found('dnssec-bogus', 'unknown')
  const note = found('split-horizon', 'info')
  const line = { ...found('sources-disagree', 'warn'), domain: undefined }
  const all = [unknown, note, spf, port, { ...port }, line, other, mx, { ...spf, message: 'another' }]
  expect(inOrder(all).map(({ id, message }) => `${id} ${message}`)).toEqual([
    'mx-missing mx-missing',
    'port-25-closed port-25-closed',
    'sources-disagree sources-disagree',
    'mx-duplicate mx-duplicate',
    'spf-missing spf-missing',
    'spf-missing another',
    'split-horizon split-horizon',
    'dnssec-bogus dnssec-bogus',
  ])
})
