import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { type DomainName, parseName } from '../dns/name.ts'
import type { Read } from './kind.ts'

interface Allowed {
  /** `*.example.com` */
  readonly wildcard: boolean
}

/** A name as people write it (Unicode, upper case, trailing dot) in canonical form, or what is wrong with it. */
export function readHostName(text: string, { wildcard }: Allowed): Read<DomainName> {
  const written = text.trim()
  const foreign = notAName(written)
  if (foreign) return foreign
  const star = written.startsWith('*.')
  if (star && !wildcard) return { expected: 'a name without a *', remedy: `write ${written.slice(2)}` }
  const bare = written.slice(star ? 2 : 0).replace(/\.$/, '')
  // Only names that need it: the URL standard would turn 1.2.3 into the address 1.2.0.3.
  const ascii = /^[\x20-\x7e]*$/.test(bare) ? bare.toLowerCase() : domainToASCII(bare)
  if (ascii === '') return { expected: 'a valid internationalised name', remedy: 'check its spelling' }
  if (isIP(ascii) !== 0) return ADDRESS
  const wrong = wrongLabel(ascii)
  if (wrong) return wrong
  const name = parseName(star ? `*.${ascii}` : ascii)
  return name ? { value: name } : { expected: 'a name of at most 253 characters' }
}

const ADDRESS = {
  expected: 'a host name',
  remedy: 'an address cannot be kept up to date: give the name whose A and AAAA records shall hold it',
}

function notAName(text: string): { expected: string; remedy: string } | undefined {
  if (isIP(text.replace(/^\[(?:ipv6:)?(.*)\]$/i, '$1')) !== 0) return ADDRESS
  if (text.includes('/')) return { expected: 'a host name', remedy: 'give the name alone, without a scheme or a path' }
  if (text.includes('@')) return { expected: 'a host name', remedy: 'give what stands behind the @' }
  if (/:\d+$/.test(text)) return { expected: 'a host name', remedy: 'give the name alone, without a port' }
  return undefined
}

function wrongLabel(name: string): { expected: string; remedy?: string } | undefined {
  const labels = name.split('.')
  if (labels.some((label) => label === '')) return { expected: 'a name without empty labels', remedy: 'remove a dot' }
  if (/\s/.test(name))
    return {
      expected: 'letters, digits, hyphens and dots only',
      remedy: 'remove the blank, or separate names by commas',
    }
  if (labels.length < 2) return { expected: 'a full name such as mail.example.com', remedy: 'add the domain' }
  const long = labels.find((label) => label.length > 63)
  if (long !== undefined)
    return {
      expected: 'labels of at most 63 characters',
      remedy: `shorten the label of ${long.length} characters: 63 are the most between two dots`,
    }
  if (labels.some((label) => /^-|-$/.test(label)))
    return { expected: 'labels that neither begin nor end with a hyphen' }
  if (labels.some((label) => label.includes('*'))) {
    return { expected: 'a * only as the whole first label', remedy: 'write *.example.com' }
  }
  if (labels.some((label) => !/^[a-z0-9_][a-z0-9_-]*$/.test(label))) {
    return { expected: 'letters, digits, hyphens and dots only' }
  }
  if (/^\d+$/.test(labels.at(-1)!))
    return { expected: 'a host name', remedy: 'this looks like an address that is not valid' }
  return undefined
}
