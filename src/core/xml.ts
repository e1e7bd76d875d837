/** An element of an XML document. Names stand as they are written, less a namespace prefix. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** Its own text, without that of its children. */
  readonly text: string
}

interface Open {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: XmlElement[]
  text: string
}

/** Declaration or instruction, comment, CDATA, end tag, start tag, text. A document type is none of them. */
const TOKEN =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The root of what interfaces answer, read strictly: no document type, no entities of its own. undefined: no such XML. */
export function parseXml(given: string): XmlElement | undefined {
  const text = given.replace(/^\uFEFF/, '').trim()
  const document: Open = { name: '', attributes: {}, children: [], text: '' }
  const open = [document]
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const token = TOKEN.exec(text)
    if (!token) return undefined
    const [, cdata, end, start, listed = '', empty, plain = ''] = token
    const current = open.at(-1)!
    const [own, attributes] = [cdata ?? decode(plain), attributesIn(listed)]
    if (own === undefined || !attributes) return undefined
    current.text += own
    if (start !== undefined) {
      const element: Open = { name: local(start), attributes, children: [], text: '' }
      current.children.push(element)
      if (empty === '') open.push(element)
    } else if (end !== undefined && (open.length === 1 || open.pop()?.name !== local(end))) return undefined
  }
  const [root, ...more] = document.children
  return more.length > 0 || open.length > 1 || document.text.trim() !== '' ? undefined : root
}

const local = (name: string) => name.slice(name.indexOf(':') + 1)

/** undefined: one holds a reference that means nothing. */
function attributesIn(text: string): Record<string, string> | undefined {
  const attributes: Record<string, string> = {}
  for (const [, name, one, other] of text.matchAll(ATTRIBUTE)) {
    const value = decode((one ?? other)!)
    if (value === undefined) return undefined
    attributes[local(name!)] = value
  }
  return attributes
}

/** undefined: it holds a reference that means nothing. */
function decode(text: string): string | undefined {
  let understood = true
  const decoded = text.replace(/&([^;\s&]*)(;?)/g, (_, name: string, end: string) => {
    const meant = end === '' ? undefined : meantBy(name)
    understood &&= meant !== undefined
    return meant!
  })
  return understood ? decoded : undefined
}

function meantBy(name: string): string | undefined {
  const [code, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? []
  if (code === undefined) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  return point <= 0x10ffff ? String.fromCodePoint(point) : undefined
}

/** The first element at a path of names below this one. */
export function elementAt(
  element: XmlElement | undefined,
  ...[name, ...rest]: readonly string[]
): XmlElement | undefined {
  if (name === undefined || !element) return element
  return elementAt(
    element.children.find((child) => child.name === name),
    ...rest,
  )
}

/** The text at a path of names, without blanks around it; undefined: there is no such element. */
export const textAt = (element: XmlElement | undefined, ...path: readonly string[]): string | undefined =>
  elementAt(element, ...path)?.text.trim()

/** All elements of one name below this one. */
export const elementsAt = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? []

/** Text as it must stand in a document. */
export const escapeXml = (text: string): string => text.replace(/[<>&"']/g, (one) => `&#${one.charCodeAt(0)};`)
