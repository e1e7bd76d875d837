import { expect, it } from 'vitest'
import { isPublicSuffix } from '../../src/dns/public-suffix.ts'
import { name } from '../support/config.ts'

it.each(['co.uk', 'com.au', 'or.at', 'gv.at', 'co.jp', 'com.br', 'nom.fr'])('%s is nobody’s domain', (text) => {
  expect(isPublicSuffix(name(text))).toBe(true)
})

it.each(['example.co.uk', 'example.com', 'co.de', 'com.com', 'example.uk', 'co.constructor'])('%s may be', (text) => {
  expect(isPublicSuffix(name(text))).toBe(false)
})
