import { isAddress } from '../core/locate.ts'
import { entryText, type MxDocument, type MxDomainDocument, type MxEntry, setText as textOf } from './mx-document.ts'
import { mxVerdict } from './mx-verdict.ts'
import { cell, type Row, table } from './table.ts'
import { type TextStyle, widthOf } from './text-style.ts'
import { hanging, plain } from './wrap.ts'

/** What `mxhome mx` prints. No newline at its end. */
export function mxText({ domains }: MxDocument, style: TextStyle): string {
  if (domains.length === 0) return 'No mail domain is configured: see MXHOME_DOMAINS.'
  return domains.map((one) => domainLines(one, style).join('\n')).join('\n\n')
}

function domainLines(one: MxDomainDocument, style: TextStyle): readonly string[] {
  const { text, tint } = mxVerdict(one)
  return [...mxLines(one, style), ...hanging(style, '  ', text, tint)]
}

/** The servers side by side, what differs, and the hosts; without a verdict. */
export function mxLines(one: MxDomainDocument, style: TextStyle): readonly string[] {
  return [
    ...hanging(style, '', one.domain, 'bold'),
    ...(one.alias
      ? hanging(style, '  ', `an alias (CNAME) of ${one.alias}, and so is its MX: mxhome mx ${one.alias}`, 'yellow')
      : []),
    ...blocksOf(columnsOf(one), rowsOf(one), one, style),
    ...one.servers
      .filter(({ mx }) => mx === null)
      .flatMap(({ problem, ...server }) => hanging(style, '  ? ', silenceText(server, problem ?? 'no answer'))),
    ...differenceLines(one, style),
    ...hostLines(one, style),
  ]
}

/** Where servers differ in the same way they share a line. */
function differenceLines({ servers }: MxDomainDocument, style: TextStyle): readonly string[] {
  const told = new Map<string, string[]>()
  for (const { missing, unwanted, ...server } of servers) {
    const parts = [
      missing?.length ? `missing ${missing.map(entryText).join(', ')}` : '',
      unwanted?.length ? `not wanted ${unwanted.map(entryText).join(', ')}` : '',
    ].filter(Boolean)
    if (parts.length > 0)
      told.set(parts.join('; '), [...(told.get(parts.join('; ')) ?? []), server.name || server.address])
  }
  return [...told].flatMap(([text, where]) => hanging(style, '  ! ', `${[...new Set(where)].join(', ')}: ${text}`))
}

interface Column {
  readonly title: string
  readonly mx: readonly MxEntry[] | null
}

/** A name server whose addresses all answer alike is one column. */
function columnsOf({ wanted, servers }: MxDomainDocument): readonly Column[] {
  const keys = [...new Set(servers.map(({ name, address }) => name || address))]
  const columns = keys.flatMap((key): Column[] => {
    const some = servers.filter(({ name, address }) => (name || address) === key)
    const alike = new Set(some.map(({ mx }) => textOf(mx))).size === 1
    if (alike) return [{ title: plain(key), mx: some[0]?.mx ?? null }]
    return some.map((server) => ({ title: plain(whoText(server)), mx: server.mx }))
  })
  return [...(wanted ? [{ title: 'wanted', mx: wanted }] : []), ...columns]
}

function rowsOf({ wanted, servers }: MxDomainDocument): readonly MxEntry[] {
  const all = [...(wanted ?? []), ...servers.flatMap(({ mx }) => mx ?? [])]
  const distinct = [...new Map(all.map((entry) => [textOf([entry]), entry])).values()]
  return distinct.toSorted((one, other) => one.preference - other.preference)
}

/** As many columns side by side as the terminal takes, then the next ones below. */
function blocksOf(
  columns: readonly Column[],
  rows: readonly MxEntry[],
  { wanted }: MxDomainDocument,
  style: TextStyle,
): readonly string[] {
  const titles = rows.map(({ host, preference }) => `${String(preference).padStart(3)} ${plain(host)}`)
  const room = widthOf(style) - Math.max(0, ...titles.map((title) => title.length)) - 4
  const blocks: Column[][] = []
  let used = Number.POSITIVE_INFINITY
  for (const column of columns) {
    used += column.title.length + 2
    if (used > room) {
      blocks.push([])
      used = column.title.length + 2
    }
    blocks.at(-1)?.push(column)
  }
  return blocks.flatMap((block) => {
    const head: Row = [cell(''), ...block.map(({ title }) => cell(title, 'dim'))]
    const body = rows.map((entry, i): Row => {
      const title = { text: titles[i]!, tint: undefined }
      return [title, ...block.map((column) => mark(column, entry, wanted))]
    })
    const none = rows.length === 0 ? [[cell('no MX record'), ...block.map(({ mx }) => cell(mx ? 'none' : '?'))]] : []
    return table([head, ...body, ...none], style, 2).flat()
  })
}

/** Red is what is there and not wanted, or wanted and not there. */
function mark({ mx, title }: Column, entry: MxEntry, wanted: readonly MxEntry[] | null) {
  if (mx === null) return cell('?', 'yellow')
  const [isThere, isWanted] = [mx, wanted ?? [entry]].map((some) =>
    some.some((one) => textOf([one]) === textOf([entry])),
  )
  if (title === 'wanted') return cell(isThere ? 'yes' : 'no', 'dim')
  return cell(isThere ? 'yes' : 'no', isThere === isWanted ? 'green' : 'red')
}

const NO_HOST = 'an address, which takes no mail: an MX names a host (RFC 5321 5.1)'

function hostLines({ hosts = [], wanted }: MxDomainDocument, style: TextStyle): readonly string[] {
  if (hosts.length === 0) return []
  const rows = hosts.map(({ host, role, addresses, alias }) => {
    if (isAddress(host)) return [cell(host, 'bold'), cell(''), cell(''), cell(NO_HOST, 'red')]
    return [
      cell(host, 'bold'),
      cell(roleText(host, role, wanted), role === 'ours' ? 'green' : 'dim'),
      cell(
        addresses ? addresses.join(', ') || 'no address' : 'address unknown',
        addresses?.length ? undefined : 'yellow',
      ),
      cell(alias ? `alias of ${alias}: let the MX name ${alias} itself` : '', 'yellow'),
    ]
  })
  return ['', ...table(rows, style, 2).flat(), '']
}

/** A backup that the wish has no longer is none any more. */
function roleText(host: string, role: 'ours' | 'backup', wanted: readonly MxEntry[] | null): string {
  if (!wanted || wanted.some((one) => one.host === host)) return role
  return role === 'ours' ? 'ours, to be removed' : 'to be removed'
}

/** A failure names the server itself: once is enough. */
function silenceText(server: { name: string; address: string }, problem: string): string {
  const { address } = server
  const own = [`name server ${address} `, `${address} `].find((start) => problem.startsWith(start))
  const rest = own === undefined ? problem : problem.slice(own.length)
  return `${whoText(server)}: ${address === '' ? rest : rest.replaceAll(` ${address} `, ' it ')}`
}

const whoText = ({ name, address }: { name: string; address: string }) =>
  name && address ? `${name} (${address})` : name || address
