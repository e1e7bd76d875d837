import { escapeXml } from '../../src/core/xml.ts'

/** The body of an event (UDA 1.1, 4.3.2). */
export const propertyset = (values: Readonly<Record<string, string>>) =>
  `<e:propertyset xmlns:e="urn:schemas-upnp-org:event-1-0">${Object.entries(values)
    .map(([name, text]) => `<e:property><${name}>${escapeXml(text)}</${name}></e:property>`)
    .join('')}</e:propertyset>`
