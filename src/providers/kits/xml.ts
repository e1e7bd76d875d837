import { Failure } from '../../core/failure.ts'

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

const notWellFormed = () => new Failure('protocol', 'the answer is no well-formed XML')

/** The root of what interfaces answer, read strictly: no document type, no entities of its own. undefined: no such XML. */
export function parseXml(text: string): XmlElement | undefined {
  try {
    return parse(text.replace(/^\uFEFF/, '').trim())
  } catch (thrown) {
    if (thrown instanceof Failure) return undefined
    throw thrown
  }
}

function parse(text: string): XmlElement {
  const document: Open = { name: '', attributes: {}, children: [], text: '' }
  const open = [document]
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const token = TOKEN.exec(text)
    if (!token) throw notWellFormed()
    const [, cdata, end, start, attributes = '', empty, plain] = token
    const current = open.at(-1) ?? document
    current.text += cdata ?? decode(plain ?? '')
    if (start !== undefined) {
      const element: Open = { name: local(start), attributes: attributesIn(attributes), children: [], text: '' }
      current.children.push(element)
      if (empty === '') open.push(element)
    } else if (end !== undefined && (open.length === 1 || open.pop()?.name !== local(end))) throw notWellFormed()
  }
  const [root, ...more] = document.children
  if (!root || more.length > 0 || open.length > 1 || document.text.trim() !== '') throw notWellFormed()
  return root
}

const local = (name: string) => name.slice(name.indexOf(':') + 1)

function attributesIn(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(ATTRIBUTE)].map(([, name = '', one, other]) => [local(name), decode(one ?? other ?? '')]),
  )
}

function decode(text: string): string {
  return text.replace(/&([^;\s&]*);?/g, (whole, name: string) => {
    const code = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name)
    const point = code?.[1] === undefined ? Number(code?.[2]) : Number.parseInt(code[1], 16)
    const meant = code && point <= 0x10ffff ? String.fromCodePoint(point) : ENTITIES[name]
    if (meant === undefined || !whole.endsWith(';')) throw notWellFormed()
    return meant
  })
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
