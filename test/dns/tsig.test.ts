import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signMessage, type TsigKey, verifyMessage } from '../../src/dns/tsig.ts'
import { encodeUpdate, replaceWith } from '../../src/dns/update.ts'
import { updateAnswer } from '../support/update-answer.ts'
import { bytesOf, hexOf, rrset } from './wire.ts'

const TESTKEY: TsigKey = {
  name: 'testkey',
  algorithm: 'hmac-sha256',
  secret: Buffer.from('NoTCJU+DMqFWywaPyxSijrDEA/eC3nK0xi3AMEZuPVk=', 'base64'),
}
const TIME = 1594855491
const VARIABLES = '07746573746b65790000fa00ff00000000003d0b686d61632d7368613235360000005f0f9043012c0020'
const zone = '076578616d706c6503636f6d00 0006 0001'
const mail = rrset('mail.example.com', '5.9.1.7')

describe('signatures (RFC 8945)', () => {
  const update = encodeUpdate({ id: 0x2a, zone: 'example.com', prerequisites: [], updates: replaceWith(mail, 60) })
  const mac = '66b78a4fb387c64770f844749da43cd3d831ebfdf294647e65d11a221a1f18bb'

  it('signs a request as dnspython does', () => {
    const signed = signMessage(update, TESTKEY, TIME)
    expect(hexOf(signed.mac)).toBe(mac)
    const counted = hexOf(update).replace('0002000007', '0002000107')
    expect(hexOf(signed.bytes)).toBe(hex(`${counted} ${VARIABLES} ${mac} 002a 0000 0000`))
  })

  it('signs another request as dnspython does', () => {
    const secret = Buffer.from('MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=', 'base64')
    const key = { name: 'ddns-key', algorithm: 'hmac-sha256', secret } as const
    const updates = replaceWith(rrset('www.example.com', '192.0.2.1'), 300)
    const bytes = encodeUpdate({ id: 0x1234, zone: 'example.com', prerequisites: [], updates })
    expect(hexOf(signMessage(bytes, key, 1767607200).bytes)).toBe(
      '123428000001000000020001076578616d706c6503636f6d000006000103777777c00c000100ff000000000000c01d000100010000012c0004c0000201' +
        '0864646e732d6b65790000fa00ff00000000003d0b686d61632d73686132353600' +
        '0000695b8ba0012c0020afd83e8c844d165fe32f5e157de06e989a9d6cff26c755aef653f126318fb392123400000000',
    )
  })

  it('signs an answer over the MAC of its request', () => {
    const signed = signMessage(bytesOf('002aa8000000000000000000'), TESTKEY, TIME, { requestMac: bytesOf(mac) })
    expect(hexOf(signed.mac)).toBe('4b79dd66b9db6309097599e67edd19454bda87f223371372664b1a6a27effe03')
  })

  const bare = bytesOf(`002a2800 0001 0000 0000 0000 ${zone}`)
  const requestMac = bytesOf('3684c225')
  it.each([
    [{ error: 18 }, '385449a425c6d52b9bf2c65c0726eefa0ad8084cdaf488f24547e686605b9610'],
    [{ error: 18, requestMac }, 'c110e3f62694755c10761dc8717462431ee34340b7c9d1eee09449150757c5b1'],
    [
      { error: 18, requestMac, other: bytesOf('666f6f') },
      '15b91571ca80b3b410a77e2b44f8cc4f35ace22b26020138439dd94803e23b5d',
    ],
  ])('signs with error, request MAC and other data as miekg/dns does (%#)', (details, expected) => {
    expect(hexOf(signMessage(bare, TESTKEY, TIME, details).mac)).toBe(expected)
  })

  it('signs with hmac-sha384', () => {
    const secret = Buffer.from('Qjer2TL2lAdpq9w6Gjs98/ClCQx/L3vtgVHCmrZ8l/oKEPjqUUMFO18gMCRwd5H4', 'base64')
    expect(hexOf(signMessage(bare, { ...TESTKEY, algorithm: 'hmac-sha384', secret }, TIME).mac)).toBe(
      '89a48936d29187870c325cbdba5ad71609bd038d0459d6010c844d659c570e881d3650e4fe7310be53ebe5178d0d1001',
    )
  })

  const whole = bytesOf(`c60028000001000000010001076578616d706c6503636f6d00000600010161c00c0001000100000e100004c0000201
    ${VARIABLES} 8cf23e0081d915478a182edcea7ff48ad102948e6c7ef8e887536957d1fa5616 c60000000000`)
  it('believes a whole message of another implementation', () => {
    expect(verifyMessage(whole, TESTKEY, TIME)).toMatchObject({ kind: 'genuine', error: 0 })
  })

  const NAMES: [number, number][] = [
    [47, 56],
    [66, 79],
  ] // of the TSIG record: there case does not count
  it('believes no message of which one bit is another', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length * 8 - 1 }), (bit) => {
        const altered = Uint8Array.from(whole)
        altered[bit >> 3]! ^= 1 << (bit & 7)
        const id = bit < 16 // the header's id is not signed: the original id is
        const letter = (bit & 7) === 5 && NAMES.some(([from, to]) => bit >> 3 >= from && bit >> 3 < to)
        if (!id && !letter) expect(verifyMessage(altered, TESTKEY, TIME)?.kind).not.toBe('genuine')
      }),
      { numRuns: 1000 },
    )
  })

  const request = signMessage(update, TESTKEY, TIME)
  const plain = updateAnswer({ id: 0x2a, rcode: 0 })
  const answer = signMessage(plain, TESTKEY, TIME, { requestMac: request.mac }).bytes
  const MALFORMED = 'its TSIG record is malformed'
  const verify = (bytes: Uint8Array, key = TESTKEY, now = TIME) => verifyMessage(bytes, key, now, request.mac)

  it('believes an answer to this very request alone', () => {
    expect(verify(answer)).toMatchObject({ kind: 'genuine', error: 0 })
    expect(verifyMessage(answer, TESTKEY, TIME)).toMatchObject({ kind: 'wrong' })
    expect(verifyMessage(answer, TESTKEY, TIME, bytesOf('00'))).toMatchObject({ kind: 'wrong' })
  })

  it('sees an answer without, with another or with an old signature', () => {
    expect(verify(plain)).toEqual({ kind: 'unsigned' })
    expect(verify(answer, { ...TESTKEY, secret: Buffer.from('other') })).toMatchObject({ kind: 'wrong' })
    expect(verify(answer, { ...TESTKEY, name: 'other' })).toMatchObject({ kind: 'wrong' })
    expect(verify(answer, TESTKEY, TIME + 300)).toMatchObject({ kind: 'genuine' })
    expect(verify(answer, TESTKEY, TIME + 301)).toMatchObject({ kind: 'wrong' })
    expect(verify(answer.subarray(0, 5))).toBeUndefined()
  })

  it('reads the clock of a server that refuses ours, however far they are apart', () => {
    const other = bytesOf('00005f0fffff')
    const details = { requestMac: request.mac, error: 18, other }
    const { bytes } = signMessage(updateAnswer({ id: 0x2a, rcode: 9 }), TESTKEY, TIME, details)
    expect(verify(bytes, TESTKEY, TIME + 9999)).toMatchObject({ kind: 'genuine', error: 18, serverTime: 0x5f0fffff })
  })

  it('believes no message to which something was appended', () => {
    expect(verify(Buffer.concat([answer, Buffer.from([0])]))).toMatchObject({ kind: 'wrong' })
  })

  it('believes no signature in a record of another class, or with a TTL', () => {
    const at = hexOf(answer).indexOf('00fa00ff00000000') / 2
    const altered = (offset: number) => Uint8Array.from(answer, (octet, i) => (i === at + offset ? octet ^ 1 : octet))
    for (const offset of [3, 7]) expect(verify(altered(offset))).toMatchObject({ kind: 'wrong', why: MALFORMED })
  })

  it('knows the unsigned refusal of a key', () => {
    const refusal = bytesOf(`002a a809 0000 0000 0000 0001 07746573746b657900 00fa 00ff 00000000 001d
      0b686d61632d73686132353600 00005f0f9043 012c 0000 002a 0011 0000`)
    expect(verify(refusal)).toEqual({ kind: 'refused', error: 17 })
  })

  it.each(['hmac-sha1', 'hmac-sha224', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const)('%s', (algorithm) => {
    const key = { ...TESTKEY, algorithm }
    const signed = signMessage(update, key, TIME)
    expect(verifyMessage(signed.bytes, key, TIME)).toMatchObject({ kind: 'genuine', mac: signed.mac })
  })
})

const hex = (text: string) => text.replace(/\s/g, '')
