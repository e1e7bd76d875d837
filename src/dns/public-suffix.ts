import type { DomainName } from './name.ts'

/** Labels below which names are given out, by country: the common ones. The list of all is long, and grows old. */
const BELOW: Readonly<Record<string, string>> = {
  ar: 'com edu gob gov int mil net org tur',
  at: 'ac co gv or',
  au: 'asn com edu gov id net org',
  br: 'art com edu eng gov ind inf jus leg mil net org',
  cn: 'ac com edu gov mil net org',
  es: 'com edu gob nom org',
  fr: 'asso com gouv nom prd tm',
  gr: 'com edu gov net org',
  hk: 'com edu gov idv net org',
  hu: 'co info org priv sport tm',
  id: 'ac co go mil my net or sch web',
  il: 'ac co gov idf k12 muni net org',
  in: 'ac co edu firm gen gov ind mil net nic org res',
  jp: 'ac ad co ed go gr lg ne or',
  kr: 'ac co go ms mil ne or pe re sc',
  mx: 'com edu gob net org',
  my: 'com edu gov mil name net org',
  nz: 'ac co cri geek gen govt health iwi kiwi maori mil net org school',
  pl: 'com edu gov info net org waw',
  pt: 'com edu gov int net nome org publ',
  ro: 'arts com firm info nom nt org rec store tm www',
  sg: 'com edu gov net org per',
  th: 'ac co go in mi net or',
  tr: 'av bel biz com dr edu gen gov info k12 mil name net org pol tel tv web',
  tw: 'club com ebiz edu game gov idv mil net org',
  ua: 'com edu gov in net org',
  uk: 'ac co gov ltd me net nhs org plc police sch',
  za: 'ac co edu gov law mil net nom org school web',
}

/** Below such a name others register theirs (`co.uk`): it is nobody's mail domain. Only the common ones are known. */
export function isPublicSuffix(name: DomainName): boolean {
  const [label = '', country = '', ...more] = name.split('.')
  return more.length === 0 && Object.hasOwn(BELOW, country) && BELOW[country]!.split(' ').includes(label)
}
