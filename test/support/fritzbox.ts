import { IGD1, IP1, soapAnswer } from './igd-router.ts'
import { propertyset } from './propertyset.ts'

const CONTROL = '/igdupnp/control'
/** Where a FRITZ!Box is asked, and where its events are subscribed to: the same. */
export const WAN = `${CONTROL}/WANIPConn1`

const device = (type: string, inner: string) =>
  `<device><deviceType>urn:schemas-upnp-org:device:${type}:1</deviceType><friendlyName>Our box</friendlyName>` +
  '<manufacturer>AVM Berlin</manufacturer><manufacturerURL>http://www.avm.de</manufacturerURL>' +
  `<modelName>FRITZ!Box 7590</modelName><modelNumber>avm</modelNumber>${inner}</device>`
const service = (type: string, name: string, path = `${CONTROL}/${name}`) =>
  `<service><serviceType>${type}</serviceType><serviceId>urn:upnp-org:serviceId:${name}</serviceId>` +
  `<controlURL>${path}</controlURL><eventSubURL>${path}</eventSubURL><SCPDURL>/${name}SCPD.xml</SCPDURL></service>`
const standard = (type: string) => `urn:schemas-upnp-org:service:${type}:1`

/** Built as the /igddesc.xml of a FRITZ!Box is: four services beside the one that knows the address, none for PPP. */
export const IGDDESC = `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>${device(
  'InternetGatewayDevice',
  `<serviceList>${service('urn:schemas-any-com:service:Any:1', 'any')}</serviceList><deviceList>${device(
    'WANDevice',
    `<serviceList>${service(standard('WANCommonInterfaceConfig'), 'WANCommonIFC1')}</serviceList><deviceList>${device(
      'WANConnectionDevice',
      `<serviceList>${service(standard('WANDSLLinkConfig'), 'WANDSLLinkC1')}${service(IP1, 'WANIPConn1')}${service(
        standard('WANIPv6FirewallControl'),
        'WANIPv6Firewall1',
        '/igd2upnp/control/WANIPv6Firewall1',
      )}</serviceList>`,
    )}</deviceList>`,
  )}</deviceList><presentationURL>http://fritz.box</presentationURL>`,
)}</root>`

export const FOUND = { from: '192.168.178.1', location: 'http://192.168.178.1:49000/igddesc.xml', target: IGD1 }

/** What the box knows of its line. */
export interface FritzLine {
  readonly state: 'Connected' | 'Connecting' | 'Disconnected'
  readonly four: string
  /** Its own, never a host's behind it. */
  readonly six: string
  /** Of the hosts behind it, 56 bits long; it sends no event of it. */
  readonly prefix?: string
}

/** Answers to the questions, by the line as it is then. */
export const fritzReplies = (line: () => FritzLine) => ({
  'GET /igddesc.xml': { body: IGDDESC },
  [`POST ${WAN}#GetExternalIPAddress`]: () => ({
    body: soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: line().four }),
  }),
  [`POST ${WAN}#GetStatusInfo`]: () => ({
    body: soapAnswer('GetStatusInfo', {
      ...{ NewConnectionStatus: line().state, NewLastConnectionError: 'ERROR_NONE', NewUptime: '84211' },
    }),
  }),
  [`POST ${WAN}#X_AVM_DE_GetIPv6Prefix`]: () => ({
    body: soapAnswer('X_AVM_DE_GetIPv6Prefix', lasting('NewIPv6Prefix', line().prefix, '56')),
  }),
  [`POST ${WAN}#X_AVM_DE_GetExternalIPv6Address`]: () => ({
    body: soapAnswer('X_AVM_DE_GetExternalIPv6Address', lasting('NewExternalIPv6Address', line().six, '64')),
  }),
})

/** The third name is misspelt by the box too. */
const lasting = (name: string, value = '', length: string) => ({
  ...{ [name]: value, NewPrefixLength: value ? length : '0' },
  ...{ NewValidLifetime: value ? '7140' : '0', NewPreferedLifetime: value ? '3540' : '0' },
})

/** All that the service sends events of. */
const told = ({ state, four, six }: FritzLine): Readonly<Record<string, string>> => ({
  ...{ PossibleConnectionTypes: 'IP_Routed', ConnectionStatus: state, PortMappingNumberOfEntries: '0' },
  ...{ ExternalIPAddress: four, ExternalIPv6Address: six },
})

/** An initial event has each. */
export const fritzEvent = (line: FritzLine) => propertyset(told(line))

/** What a later event tells: that which has changed. */
export function fritzNews(line: FritzLine, before: FritzLine): Readonly<Record<string, string>> {
  const known = told(before)
  return Object.fromEntries(Object.entries(told(line)).filter(([name, value]) => known[name] !== value))
}
