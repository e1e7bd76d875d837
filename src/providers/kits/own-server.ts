import * as z from 'zod'
import type { Access } from '../provider.ts'

/** A setting for services that everyone runs at an address of one's own. `example`: a host name or a URL. */
export const serverSetting = (example: string) =>
  z
    .string()
    .refine((server) => URL.canParse(urlOf(server)), `expected a host name or a URL (${example})`)
    .optional()
    .meta({
      description: `Host name or URL of the service (${example}); not needed where a base URL is given`,
      example,
    })

/** Where it is: the base URL wins; '' is nowhere. */
export function baseOf({ base, settings: { server } }: Access<{ readonly server?: string | undefined }>): string {
  return base === '' && server ? urlOf(server).replace(/\/+$/, '') : base
}

/** `prefix`: of the provider's variables. */
export const noServer = (prefix: string) =>
  `no server is named: set ${prefix}_SERVER (host name or URL; in YAML: server) or ${prefix}_BASE_URL (in YAML: baseUrl)`

const urlOf = (server: string) => (/^https?:\/\//i.test(server) ? server : `https://${server}`)
