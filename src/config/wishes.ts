import type { HostWish, MailDomain } from './config.ts'
import {
  type Fields,
  fieldsOf,
  formOf,
  isMap,
  type JsonSchema,
  type Kind,
  list,
  type Report,
  type Shape,
} from './kind.ts'
import {
  accountName,
  addressType,
  domainName,
  durationOrOff,
  hostName,
  mxHost,
  oneOf,
  ttl,
  wholeNumber,
} from './kinds.ts'
import { ipv6Suffix, lineList } from './line-kinds.ts'

interface Form<S extends Shape> {
  readonly expected: string
  readonly shape: S
  readonly required: readonly (keyof S & string)[]
}

/** A YAML map with these keys. */
function schemaOf<S extends Shape>({ shape, required }: Form<S>): JsonSchema {
  const properties = Object.fromEntries(Object.entries(shape).map(([key, kind]) => [key, kind.schema]))
  return { type: 'object', properties, required, additionalProperties: false }
}

/** Undefined: not a map, or a required key is missing or wrong; all of it reported. */
function read<S extends Shape>(
  { expected, shape, required }: Form<S>,
  value: unknown,
  report: Report,
): Fields<S> | undefined {
  if (!isMap(value)) {
    report({ found: formOf(value), expected })
    return undefined
  }
  const fields = fieldsOf(value, shape, report)
  for (const key of required) {
    if ((value[key] ?? null) === null) report({ at: `.${key}`, found: 'nothing', expected: shape[key]!.expected })
  }
  return required.every((key) => fields[key] !== undefined) ? fields : undefined
}

const MX = {
  expected: 'an MX record such as {host: mail.example.com, preference: 10}',
  shape: { host: mxHost, preference: wholeNumber(0, 65_535) },
  required: ['host', 'preference'] as const,
} satisfies Form<Shape>

const mx: Kind<NonNullable<MailDomain['mx']>[number]> = {
  expected: MX.expected,
  schema: schemaOf(MX),
  parse(value, report) {
    const { host, preference } = read(MX, value, report) ?? {}
    return host !== undefined && preference !== undefined ? { host, preference } : undefined
  },
  show: ({ host, preference }) => `${preference} ${host}`,
}

const DOMAIN = {
  expected: 'a domain name, or {name: example.com, mx: [...]}',
  shape: { name: domainName, mx: list(mx, { atLeastOne: true }) },
  required: ['name'] as const,
} satisfies Form<Shape>

/** A mail domain: its name, in YAML also with the MX RRset that it shall have. */
export const mailDomain: Kind<MailDomain> = {
  expected: domainName.expected,
  schema: { anyOf: [domainName.schema, schemaOf(DOMAIN)] },
  parse(value, report) {
    if (!isMap(value)) return named(domainName.parse(value, report))
    const { name, ...rest } = read(DOMAIN, value, report) ?? {}
    return name && { name, ...rest }
  },
  show: ({ name, mx: records }) => (records ? `${name} (MX ${records.map(mx.show).join(', ')})` : name),
}

const HOST = {
  expected: 'a host name, or {name: mail.example.com, ...}',
  shape: {
    name: hostName,
    provider: accountName,
    types: list(addressType, { atLeastOne: true }),
    ttl,
    refreshInterval: durationOrOff(),
    line: lineList,
    ipv6Suffix,
    whenGone: oneOf('keep', 'remove'),
  },
  required: ['name'] as const,
} satisfies Form<Shape>

/** A host that follows the line's address: its name, in YAML also with wishes of its own. */
export const hostWish: Kind<HostWish> = {
  expected: hostName.expected,
  schema: { anyOf: [hostName.schema, schemaOf(HOST)] },
  parse(value, report) {
    if (!isMap(value)) return named(hostName.parse(value, report))
    const { name, ...rest } = read(HOST, value, report) ?? {}
    return name && { name, ...rest }
  },
  show({ name, ...rest }) {
    const shape: Shape = HOST.shape
    const wishes = Object.entries(rest).flatMap(([key, value]) =>
      value === undefined ? [] : `${key} ${shape[key]!.show(value)}`,
    )
    return wishes.length > 0 ? `${name} (${wishes.join(', ')})` : name
  },
}

const named = <N>(name: N | undefined): { readonly name: N } | undefined => (name === undefined ? undefined : { name })
