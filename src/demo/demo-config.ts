import { describeEndpoint } from '../dns/endpoint.ts'
import { HOME, type HomeLine } from './home-line.ts'

/** What a user would write for this line, and the secrets that it takes from the environment. */
export function demoConfig(
  { line, servers, resolver, hosted, dyndns }: HomeLine,
  listen: string,
  stateDir: string,
): { readonly yaml: string; readonly env: Readonly<Record<string, string>> } {
  const yaml = `# Written by "mxhome demo". On a real line five of these lines suffice: domains, hosts, and the providers.
domains: [${HOME.domain}]
hosts: [${HOME.dynamic}]
providers:
  - use: ionos
    zones: [${HOME.domain}]
    apiKey: \${DEMO_IONOS_KEY}
    baseUrl: ${hosted.url()}
  - use: dyndns2
    zones: [dyn.example]
    username: ${HOME.username}
    password: \${DEMO_DYNDNS_PASSWORD}
    baseUrl: ${dyndns.url}
ipSources: ['http:${line.url}']
allowAddresses: [203.0.113.0/24, 198.51.100.0/24] # addresses of documentation; real ones need no permission
schedule: '*/2 * * * * *' # every 2 s, so that the demo is short
watch: 'off'
doctorInterval: 'off' # no other host is contacted
resolvers: ['${describeEndpoint(resolver.endpoint)}']
nameservers: [${servers.map(({ endpoint }) => `'${describeEndpoint(endpoint)}'`).join(', ')}]
confirmTimeout: 5s
listen: ${listen}
stateDir: ${JSON.stringify(stateDir)}
log: { level: info, format: json }
`
  return { yaml, env: { DEMO_IONOS_KEY: HOME.apiKey, DEMO_DYNDNS_PASSWORD: HOME.password } }
}
