import { type IpAddress, parseAddress } from '../../dns/rrset.ts'
import { type Directive, parseRecord } from './record.ts'

/** The addresses that the terms of a record let send one by one: `ip4:203.0.113.7`. Of several records none counts. */
export function literalsOf(records: readonly string[]): readonly IpAddress[] {
  const [record = '', ...others] = records
  const parsed = others.length > 0 ? undefined : parseRecord(record)
  const directives = parsed && 'directives' in parsed ? parsed.directives : []
  return [...new Set(directives.flatMap((directive) => literalOf(directive) ?? []))]
}

/** undefined: a network, another kind of term, or one that does not let the address send. */
function literalOf({ qualifier, mechanism }: Directive): IpAddress | undefined {
  if (qualifier !== '+' || !('network' in mechanism)) return undefined
  const { kind, network, prefix } = mechanism
  return prefix === (kind === 'ip4' ? 32 : 128) ? parseAddress(network) : undefined
}
