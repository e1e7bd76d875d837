import type { Examination, ExaminedDomain } from '../../src/core/examination.ts'
import type { Finding } from '../../src/core/finding.ts'
import { name } from '../support/config.ts'
import { ip } from '../support/targets.ts'
import { NOW } from './documents.ts'

export const DOMAIN = name('example.com')

export const found = (
  id: Finding['id'],
  severity: Finding['severity'],
  message: string = id,
  domain: Finding['domain'] = DOMAIN,
): Finding => ({ ...{ id, severity, domain, message }, remedy: 'Do what helps.', reference: 'RFC 5321 5.1' })

export const examinedDomain = (given: Partial<ExaminedDomain> = {}): ExaminedDomain => ({
  domain: DOMAIN,
  verdict: 'reachable',
  isOwn: true,
  isPortSeen: true,
  hosts: [{ host: 'mail.example.com', preference: 10, role: 'ours', alias: undefined, addresses: [ip('203.0.113.7')] }],
  unasked: [],
  answers: [{ question: 'MX of example.com at ns1.example.net (192.0.2.53)', answer: '10 mail.example.com' }],
  ...given,
})

export const examination = (given: Partial<Examination> = {}): Examination => ({
  started: NOW - 2500,
  finished: NOW,
  verdict: 'reachable',
  domains: [examinedDomain()],
  findings: [],
  ...given,
})
