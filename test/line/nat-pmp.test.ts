import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { parseSource } from '../../src/line/sources/index.ts'
import { type Answering, datagramsAnswering, GATEWAY, natPmpAnswer, pcpAnnounce } from '../support/datagrams.ts'

const source = parseSource('nat-pmp')!
const quiet = () => new AbortController().signal
const failure = async (answering: Answering): Promise<Failure> =>
  source.addresses('A', datagramsAnswering(answering).world, quiet()).then(
    (addresses) => expect.unreachable(String(addresses)),
    (thrown: unknown) => thrown as Failure,
  )

it('asks the router, three times in 1.75 s, from the address of the home network', async () => {
  const { asked, world } = datagramsAnswering(() => [natPmpAnswer('5.9.1.7')])
  expect(source).toMatchObject({ id: 'nat-pmp', view: 'gateway', types: ['A'] })
  expect(await source.addresses('A', world, quiet())).toEqual(['5.9.1.7'])
  const server = { address: GATEWAY.address, port: 5351 }
  expect(asked).toEqual([{ server, request: '0000', waits: [250, 500, 1000], localAddress: GATEWAY.own }])
})

it('is written without more', () => {
  expect(parseSource('nat-pmp:192.168.178.1')).toBeUndefined()
})

it.each(['192.168.1.2', '100.64.1.1', '192.0.0.2'])('passes %s on: the quorum judges', async (address) => {
  const { world } = datagramsAnswering(() => [natPmpAnswer(address)])
  expect(await source.addresses('A', world, quiet())).toEqual([address])
})

it('waits on after what is no answer', async () => {
  const answers = [Buffer.from('00'), Buffer.from([1, 0x80, 0, 0]), natPmpAnswer('5.9.1.7').subarray(0, 11)]
  const { world } = datagramsAnswering(() => [...answers, natPmpAnswer('5.9.1.7')])
  expect(await source.addresses('A', world, quiet())).toEqual(['5.9.1.7'])
})

it.each([
  ['0.0.0.0', natPmpAnswer('0.0.0.0'), 'unavailable', 'has no address yet'],
  ['result 1', natPmpAnswer('5.9.1.7', { result: 1 }), 'unsupported', 'does not speak this version of NAT-PMP'],
  ['result 2', natPmpAnswer('5.9.1.7', { result: 2 }), 'auth', 'is not allowed for this device'],
  [
    'result 3',
    natPmpAnswer('5.9.1.7', { result: 3 }),
    'unavailable',
    'has no public address to tell: its line is down',
  ],
  ['result 4', natPmpAnswer('5.9.1.7', { result: 4 }), 'unavailable', 'out of resources'],
  ['result 5', natPmpAnswer('5.9.1.7', { result: 5 }), 'unsupported', 'does not tell its address by NAT-PMP'],
  ['result 77', natPmpAnswer('5.9.1.7', { result: 77 }), 'protocol', 'the unknown result 77'],
  ['PCP alone', pcpAnnounce({ result: 1 }), 'unsupported', 'speaks PCP but not NAT-PMP'],
  ['nothing', Buffer.alloc(0), 'network', 'does not answer to NAT-PMP'],
])('%s is a Failure, whatever address stands there', async (_, answer, kind, words) => {
  const failed = await failure(() => [answer])
  expect(failed).toMatchObject({ kind })
  expect(failed.message).toMatch(/^nat-pmp: the router 192\.168\.178\.1 /)
  expect(failed.message).toContain(words)
})

it('result 3 may hide an address that is not public; nothing else does', async () => {
  for (const result of [1, 2, 3, 4, 5, 77])
    expect((await failure(() => [natPmpAnswer('5.9.1.7', { result })])).reason).toBe(
      result === 3 ? 'hidden' : undefined,
    )
})

it('a closed port is no NAT-PMP', async () => {
  const refused = new Failure('network', '192.168.178.1:5351: nothing listens at that port', { reason: 'refused' })
  expect(await failure(() => refused)).toMatchObject({
    kind: 'network',
    reason: 'refused',
    message: 'nat-pmp: the router 192.168.178.1 does not speak NAT-PMP, or it is switched off there',
  })
})

it('without a router there is nobody to ask', async () => {
  const { world } = datagramsAnswering(() => expect.unreachable())
  const interfaces = { ...world.interfaces, gateway: async () => undefined }
  await expect(source.addresses('A', { ...world, interfaces }, quiet())).rejects.toMatchObject({
    kind: 'network',
    reason: 'no-route',
    message: 'nat-pmp: this box has no router: no default route for IPv4',
  })
})
