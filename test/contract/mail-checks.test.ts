import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/core/finding.ts'
import { FINDING_IDS } from '../../src/core/finding.ts'
import { aboutFinding } from '../../src/core/finding-catalogue.ts'
import { answersIn } from '../../src/mail/answers.ts'
import { CHECKS } from '../../src/mail/checks/index.ts'
import { NOTHING_KNOWN, randomFacts } from '../support/random-facts.ts'
import { makeAuthority } from '../system/certificates.ts'

const authority = makeAuthority()
const certificates = [
  authority.issue('DNS:mail.example.com'),
  authority.issue('DNS:*.example.net', '20200101000000Z', '20210101000000Z'),
].map(({ cert }) => new Uint8Array(new X509Certificate(cert).raw))
const hostile = randomFacts(true, certificates)
const plain = randomFacts(false, certificates)

const all = CHECKS.map((check) => [check.ids.join(', '), check] as const)

describe.each(all)('%s', (_, check) => {
  it('are ids of the catalogue', () => {
    expect(check.ids.length).toBeGreaterThan(0)
    expect(check.ids.filter((id) => !FINDING_IDS.includes(id))).toEqual([])
  })

  it('where nobody answered anything is no error', () => {
    const found = check.judge(NOTHING_KNOWN)
    expect(found.filter(({ severity }) => severity === 'error')).toEqual([])
    for (const one of found) expectSound(one)
  })

  it('whatever strangers write, nothing is thrown, and only what it may find is found', () => {
    fc.assert(
      fc.property(hostile, (facts) => {
        for (const { id, severity, domain } of check.judge(facts)) {
          expect(check.ids).toContain(id)
          expect(aboutFinding(id).severities, id).toContain(severity)
          expect([undefined, facts.domain]).toContain(domain)
        }
      }),
    )
  })

  it('is told in whole sentences, on one line', () => {
    fc.assert(
      fc.property(plain, (facts) => {
        for (const one of check.judge(facts)) expectSound(one)
      }),
    )
  })

  function expectSound({ id, message, remedy, reference }: Finding) {
    for (const text of [message, remedy, reference]) {
      expect(text.trim(), id).not.toBe('')
      expect(text, id).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
      expect(text, id).not.toMatch(/undefined|\[object|NaN/)
    }
    // What is to be copied stands at the end without a full stop: `say so: MXHOME_OUTBOUND=smarthost`.
    expect(remedy, id).toMatch(/[.)"]$|: (?:mxhome|MXHOME_)[^:]*$/)
    expect(message, id).not.toMatch(/\.$/)
  }
})

describe('all checks together', () => {
  it('have no id twice', () => {
    const ids = CHECKS.flatMap((check) => check.ids)
    expect(ids).toHaveLength(new Set(ids).size)
  })

  it('say the same of the same facts', () => {
    fc.assert(
      fc.property(hostile, (facts) => {
        const judge = () => JSON.stringify(CHECKS.flatMap((check) => check.judge(facts)))
        expect(judge()).toBe(judge())
      }),
      { numRuns: 30 },
    )
  })

  it('opt-in findings need the wish', () => {
    fc.assert(
      fc.property(hostile, (facts) => {
        const modest = { ...facts, wishes: { ...facts.wishes, relayTest: false } }
        const ports = (port: (typeof facts.hosts)[number]['ports'][number]) =>
          'greeting' in port.seen
            ? { ...port, seen: { ...port.seen, relay: undefined, unknownRecipient: undefined } }
            : port
        const hosts = modest.hosts.map((host) => ({ ...host, ports: host.ports.map(ports) }))
        const found = CHECKS.flatMap((check) => check.judge({ ...modest, hosts }))
        expect(found.filter(({ id, severity }) => aboutFinding(id).optIn && severity !== 'unknown')).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})

it('every fact can be told as a question and its answer', () => {
  fc.assert(
    fc.property(hostile, (facts) => {
      for (const { question, answer } of answersIn(facts)) {
        expect([typeof question, typeof answer]).toEqual(['string', 'string'])
        expect(answer).not.toMatch(/^undefined|\[object/)
      }
    }),
  )
  const told = answersIn(NOTHING_KNOWN)
  expect(told.length).toBeGreaterThan(15)
  expect(told.filter(({ answer }) => !answer.startsWith('? '))).toEqual([])
})
