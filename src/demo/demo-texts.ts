import { describeEndpoint, type Endpoint } from '../dns/endpoint.ts'
import { HOME } from './home-line.ts'
import type { OpenStage } from './open-stage.ts'

/** Who is who, before the first scene. */
export function introduction({ home, status, daemon }: OpenStage): readonly string[] {
  const { line, hosted, dyndns, servers } = home
  return [
    'mxhome demo: a home line on 127.0.0.1, and the real mxhome against it. No other host is contacted.',
    '',
    `  the line       has ${line.address()}, as the address service at ${line.url} tells`,
    `  mail domain    ${HOME.domain}: its zone lies at an IONOS-like API, ${hosted.url()}`,
    `  further host   ${HOME.dynamic}: at a DynDNS service that punishes repeats, ${dyndns.url}`,
    `  name servers   ${servers.map(({ endpoint }) => describeEndpoint(endpoint)).join(' and ')}, for both zones`,
    `  mxhome         process ${daemon.pid}; it looks every 2 s here, every 5 min by default`,
    `  health         ${status.url}/healthz`,
    '',
    'Below: > somebody does something, + it was seen, = it was checked; in seconds since the scene began.',
    '"No other record was touched": backup MX, web site, www, SPF, DMARC and a neighbour are the same, byte for byte.',
  ]
}

/** What to do while it stays. */
export function invitation({ home, status, daemon, configFile }: OpenStage): readonly string[] {
  const { line, servers } = home
  return [
    '',
    'All of it keeps running until Ctrl-C. Try, in another terminal:',
    `  curl -s ${status.url}/healthz`,
    `  curl -s ${status.url}/status`,
    `  curl -X PUT -d 203.0.113.42 ${line.url}      # the line gets another address (203.0.113.x or 198.51.100.x)`,
    `  dig +short ${atServer(servers[0].endpoint)} ${HOME.otherMail} A      # what a name server holds`,
    `  cat ${configFile}`,
    `  tail -f ${daemon.logFile}`,
    `  kill -USR1 ${daemon.pid}      # a round now`,
  ]
}

const atServer = ({ address, port }: Endpoint) => `@${address} -p ${port}`
