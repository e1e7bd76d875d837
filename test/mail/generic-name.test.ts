import { expect, it } from 'vitest'
import { isGeneric } from '../../src/mail/generic-name.ts'
import { ip } from '../support/targets.ts'

const V4 = ip('91.12.18.52') // 5b0c1234
const V6 = ip('2003:e7:1:2:3:4:5:6')

it.each([
  ['p5b0c1234.dip0.t-ipconnect.de', V4],
  ['p5b0c1234.isp.de', V4],
  ['i5b0c1234.versanet.de', V4],
  ['dynamic-091-012-018-052.91.12.pool.telefonica.de', V4],
  ['ip-091-012-018-052.um26.pools.vodafone-ip.de', V4],
  ['ip5b0c1234.dynamic.kabel-deutschland.de', V4],
  ['91-12-18-52.isp.net', V4],
  ['52.18.12.91.isp.net', V4],
  ['host52-18-12-91.isp.net', V4],
  ['091012018052.isp.net', V4],
  ['34120c5b.isp.net', V4],
  ['static-91-12-18-52.isp.net', V4],
  ['static7.isp.net', V4],
  ['cust42.isp.net', V4],
  ['p200300e7000100020003000400050006.dip0.t-ipconnect.de', V6],
  ['2003-e7-1-2-3-4-5-6.isp.net', V6],
  ['x-0003-0004-0005-0006.isp.net', V6],
  ['2001-db8--7.isp.net', ip('2001:db8::7')],
])('%s', (name, address) => {
  expect(isGeneric(name, address)).toBe(true)
})

it.each([
  ['mail.example.com', V4],
  ['mx1.example.com', V4],
  ['mail12.example.com', V4],
  ['191-12-18-52.example.com', V4],
  ['91-12-18-521.example.com', V4],
  ['clientele.example.com', V4],
  ['static.example.com', V4],
  ['host3-4.example.com', V6],
])('not %s', (name, address) => {
  expect(isGeneric(name, address)).toBe(false)
})
