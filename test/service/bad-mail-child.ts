// Run in a network namespace of its own: an internet that lies, is silent and talks nonsense, and `mxhome doctor` in it.
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { addAddresses, type DnsPart, listenAt25, startDns, zoneOf } from '../support/mail-lab.ts'
import { mxhome, openFolder, type Settings } from '../support/program.ts'

/** One run: who answers at its resolver and name server, and at port 25 of its line. */
interface Scenario {
  readonly dns: (address: string, line: string) => DnsPart
  readonly smtp?: (socket: Socket) => void
  readonly settings?: (line: string) => Settings
}

const PARENT = (ns: string) => ['com SOA a.gtld', 'com NS a.gtld', `a.gtld A ${ns}`]
const ZONE = (ns: string) => [
  ...PARENT(ns),
  'example.com SOA ns1.example.com',
  'example.com NS ns1.example.com',
  `ns1.example.com A ${ns}`,
]
const SOUND = (ns: string, line: string) => [
  ...ZONE(ns),
  'example.com MX 10 mail.example.com',
  `mail.example.com A ${line}`,
]
const reverse = (address: string) => `${address.split('.').reverse().join('.')}.in-addr.arpa`
const soundWith =
  (...more: readonly string[]) =>
  (ns: string, line: string) =>
    zoneOf(
      ...SOUND(ns, line),
      ...more.map((text) => text.replaceAll('LINE', line).replaceAll('REVERSE', reverse(line))),
    )
const sound = soundWith()
const numbers = (length: number) => Array.from({ length }, (_, i) => i)
const ESC = '\u001b[2J\u0007\u009b31m\r\nmxhome: all is well'

/** Says `text` at the command, and what any server says at those before. */
const smtp =
  (at: string, answer: (socket: Socket) => void, greeting = '220 mail.example.com ESMTP\r\n') =>
  (socket: Socket) => {
    if (at === 'greeting') return answer(socket)
    socket.write(greeting)
    socket.on('data', (chunk) => {
      const word = chunk
        .toString('latin1')
        .split(/[ :\r]/, 1)[0]!
        .toUpperCase()
      if (word === at) return answer(socket)
      if (word === 'EHLO') return socket.write('250-mail.example.com\r\n250-STARTTLS\r\n250 SIZE 1000\r\n')
      if (word === 'QUIT') return socket.end('221 Bye\r\n')
      socket.write(word === 'STARTTLS' ? '220 Ready\r\n' : '250 Ok\r\n')
    })
  }
const hangUp = (socket: Socket) => void socket.end()
const endless = (socket: Socket) => {
  const more = () => {
    while (socket.writable && socket.write('220-and more\r\n'));
  }
  socket.on('drain', more)
  more()
}
const dripping = (socket: Socket) => {
  const timer = setInterval(() => socket.write('220-and more\r\n'), 200)
  socket.on('close', () => clearInterval(timer))
}

const sized = (size: number, length: number) =>
  Buffer.from(numbers(size).map((i) => (length >> (8 * (size - 1 - i))) & 255))
const handshake = (type: number, body: Buffer) => Buffer.concat([Buffer.from([type]), sized(3, body.length), body])
/** ServerHello of TLS 1.2, and a certificate that is none (RFC 5246 7.4). */
function unreadable(socket: Socket): void {
  socket.removeAllListeners('data')
  socket.once('data', () => {
    const hello = Buffer.concat([
      Buffer.from([3, 3]),
      Buffer.alloc(32, 7),
      Buffer.from([0, 0xc0, 0x2f, 0, 0, 5, 0xff, 1, 0, 1, 0]),
    ])
    const junk = Buffer.from('this is no certificate')
    const one = Buffer.concat([sized(3, junk.length), junk])
    const both = Buffer.concat([handshake(2, hello), handshake(11, Buffer.concat([sized(3, one.length), one]))])
    socket.write(Buffer.concat([Buffer.from([22, 3, 3]), sized(2, both.length), both]))
  })
  socket.write('220 Ready\r\n')
}

const TOKEN = 'C4NARY-of-the-prober-4711'
const KEY = 'C4NARYofthelist'

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'no such domain': { dns: (ns) => zoneOf(...PARENT(ns)) },
  'a silent resolver': { dns: () => () => 'silence' },
  'a resolver that answers everything': {
    dns: (ns) => (question) =>
      zoneOf(
        ...['MX 5 parked.example.net', 'NS ns.parked.example.net', 'SOA ns.parked.example.net', `A ${ns}`].map(
          (data) => `${question.name} ${data}`,
        ),
        ...['TXT v=spf1 -all', 'PTR parked.example.net', 'AAAA 2001:db8::1'].map((data) => `${question.name} ${data}`),
      )(question, true),
  },
  'a name server that lies': {
    dns: (ns, line) => (question, recursion) =>
      recursion || question.type === 'NS' || question.type === 'SOA'
        ? zoneOf(...SOUND(ns, line))(question, recursion)
        : {
            answers: [
              { owner: 'other.example.net', ttl: 1, data: { type: 'MX', preference: 0, exchange: 'evil.net' } },
            ],
          },
  },
  'an SPF that loops': {
    dns: soundWith(
      'example.com TXT v=spf1 include:a.example.com -all',
      'a.example.com TXT v=spf1 include:b.example.com -all',
      'b.example.com TXT v=spf1 redirect=a.example.com',
    ),
  },
  'a thousand reverse names': { dns: soundWith(...numbers(1000).map((i) => `REVERSE PTR name-${i}.example.com`)) },
  'two thousand MX hosts': {
    dns: (ns) => zoneOf(...ZONE(ns), ...numbers(2000).map((i) => `example.com MX ${i} m${i}.example.com`)),
  },
  'a hundred name servers': {
    dns: (ns, line) =>
      zoneOf(
        ...SOUND(ns, line),
        ...numbers(100).flatMap((i) => [`example.com NS n${i}.example.com`, `n${i}.example.com A ${ns}`]),
      ),
  },
  'texts that steer a terminal': {
    dns: soundWith(
      `example.com TXT v=spf1 include:${ESC}.example.com ${ESC} -all`,
      `_dmarc.example.com TXT v=DMARC1; p=${ESC}`,
      `_mta-sts.example.com TXT v=STSv1; id=${ESC}`,
      `REVERSE PTR ${ESC.replace(/[^ -~]/g, (c) => `\\${String(c.charCodeAt(0)).padStart(3, '0')}`).replaceAll(' ', '\\032')}.example.com`,
    ),
    smtp: smtp('MAIL', (socket) => void socket.write(`550 ${ESC}\r\n`), `220 ${ESC.slice(0, 8)} ESMTP\r\n`),
  },
  'a silent greeting': { dns: sound, smtp: () => {} },
  'a line of 1 MB': { dns: sound, smtp: smtp('greeting', (socket) => void socket.write(`220 ${'x'.repeat(1e6)}\r\n`)) },
  'a greeting without end': { dns: sound, smtp: smtp('greeting', endless) },
  'a slow greeting without end': { dns: sound, smtp: smtp('greeting', dripping) },
  nonsense: { dns: sound, smtp: smtp('greeting', (socket) => void socket.write(`\u0000${ESC}\r\n`)) },
  ...Object.fromEntries(
    ['greeting', 'EHLO', 'STARTTLS'].map((at) => [`hanging up at ${at}`, { dns: sound, smtp: smtp(at, hangUp) }]),
  ),
  'plain text after STARTTLS': {
    dns: sound,
    smtp: smtp('STARTTLS', (socket) => void socket.write('220 Ready\r\n250 injected\r\n')),
  },
  'a certificate that cannot be read': { dns: sound, smtp: smtp('STARTTLS', unreadable) },
  'a prober that repeats what it was sent': {
    dns: sound,
    settings: (line) => ({ MXHOME_PROBER: `http://${TOKEN}@${line}/`, MXHOME_DQS_KEY: KEY }),
  },
}

const folder = openFolder()
const result: Record<string, unknown> = {}
addAddresses()
await Promise.all(
  Object.entries(SCENARIOS).map(async ([name, scenario], i) => {
    const [ns, line] = [`198.51.100.${i + 1}`, `203.0.113.${i + 1}`]
    addAddresses(ns, line)
    const dns = await startDns(ns, scenario.dns(ns, line))
    const server = scenario.smtp && (await listenAt25(line, scenario.smtp))
    const echo = createServer(({ headers }, response) =>
      response.writeHead(400).end(`${'x '.repeat(70)}${headers.authorization}`),
    )
    if (scenario.settings) await new Promise<void>((done) => echo.listen(80, line, done))
    const settings = {
      MXHOME_RESOLVERS: ns,
      MXHOME_ALLOW_ADDRESSES: '198.51.100.0/24, 203.0.113.0/24',
      MXHOME_IP_SOURCES: `static:${line}`,
      MXHOME_DOMAINS: 'example.com',
      MXHOME_PROVIDER: 'dyndns2',
      DYNDNS2_SERVER: '127.0.0.1:9',
      DYNDNS2_USERNAME: 'anna',
      DYNDNS2_PASSWORD: 's3cr3t-Passw0rd',
      MXHOME_STATE_DIR: `${folder.path}/${i}`,
      ...scenario.settings?.(line),
    }
    const began = performance.now()
    const ended = await mxhome(['doctor', '--verbose'], settings, folder.path)
    const took = Math.round(performance.now() - began)
    result[name] = { ...ended, took, asked: dns.asked.length, came: server?.count() ?? 0 }
  }),
)
folder.leave()
process.stdout.write(JSON.stringify(result), () => process.exit(0))
