import fc from 'fast-check'

/** What is done to a text; positions count round and round, so that one mutation fits every text. */
export type Mutation =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'drop'; readonly at: number; readonly length: number }
  | { readonly kind: 'put'; readonly at: number; readonly text: string }
  | { readonly kind: 'node'; readonly nth: number; readonly value: unknown }
  | { readonly kind: 'whole'; readonly text: string }
  | { readonly kind: 'twice' }
  /** A debugging page shows the request. */
  | { readonly kind: 'echo'; readonly at: number; readonly how: 'plain' | 'json' | 'html' }

/** Texts that break parsers: types, borders, what only looks like an address, what a terminal obeys. */
const ODD = [
  '', ' ', '\n', '\r\n', '\0', '\u001b[2J', '\ufeff', '\ud800', '\ufffd', '\u2028', '"', "'", '\\', '<', '&', '%', '{', '}', '[', ']', ',', ':',
  'null', 'true', '-1', '0', '1e999', '-0', '99999999999999999999', 'NaN', '__proto__', 'constructor', '[]', '{}', '""',
  'good', 'nochg', 'good 203.0.113.9', 'nochg\n', 'abuse', 'w1h', `w${'9'.repeat(400)}h`, '911', 'OK', 'KO', 'ERROR',
  '203.0.113.9', '2001:db8::9', '1.2.3', '010.0.0.1', '::', '127.0.0.1', 'fe80::1%eth0', '::ffff:1.2.3.4',
  '<!doctype html><title>x</title>', '<?xml version="1.0"?>', '</a>', '<![CDATA[', '<!-- ', '&#0;', '&lt;', '&x;',
  'a'.repeat(5000), '['.repeat(3000), `${'{"a":'.repeat(300)}1`,
] as const // biome-ignore format: a table

const oddText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ODD) },
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.array(fc.constantFrom(...ODD.filter(({ length }) => length < 100)), { maxLength: 6 }).map((some) => some.join('')),
)
const oddValue = fc.oneof(
  oddText,
  fc.constantFrom(null, true, false, 0, -1, 1.5, 1e21, Number.MAX_SAFE_INTEGER, 1e308, -1e308),
  fc.constantFrom([], {}, [[]], [null], [{}], { id: null }, ['203.0.113.9']),
  fc.integer(),
  fc.jsonValue({ maxDepth: 2 }),
)
const at = fc.nat(0xffff)

export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at }),
  fc.record({ kind: fc.constant('drop' as const), at, length: fc.nat(40) }),
  fc.record({ kind: fc.constant('put' as const), at, text: oddText }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('node' as const), nth: at, value: oddValue }) },
  fc.record({ kind: fc.constant('whole' as const), text: fc.oneof(oddText, fc.json({ maxDepth: 3 })) }),
  fc.constant({ kind: 'twice' as const }),
  fc.record({ kind: fc.constant('echo' as const), at, how: fc.constantFrom('plain', 'json', 'html') }),
)

/** `echo`: the request, for a service that repeats it. */
export function mutate(text: string, mutations: readonly Mutation[], echo = ''): string {
  return mutations.reduce((left, one) => applied(left, one, echo), text)
}

function applied(text: string, one: Mutation, echo: string): string {
  const place = 'at' in one ? one.at % (text.length + 1) : 0
  switch (one.kind) {
    case 'cut':
      return text.slice(0, place)
    case 'drop':
      return text.slice(0, place) + text.slice(place + one.length)
    case 'put':
      return text.slice(0, place) + one.text + text.slice(place)
    case 'node':
      return withNode(text, one.nth, one.value)
    case 'whole':
      return one.text
    case 'twice':
      return text + text
    case 'echo':
      return text.slice(0, place) + shown(echo, one.how) + text.slice(place)
  }
}

function shown(echo: string, how: 'plain' | 'json' | 'html'): string {
  if (how === 'json') return JSON.stringify(echo)
  if (how === 'plain') return echo
  return echo.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** One value inside a JSON document becomes another; a text that is none is left alone. */
function withNode(text: string, nth: number, value: unknown): string {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return text
  }
  const count = nodesIn(document)
  let left = nth % count
  const walk = (node: unknown): unknown => {
    if (left-- === 0) return value
    if (Array.isArray(node)) return node.map(walk)
    if (typeof node !== 'object' || node === null) return node
    return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, walk(part)]))
  }
  return JSON.stringify(walk(document)) ?? ''
}

function nodesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce((sum: number, part) => sum + nodesIn(part), 1)
}
