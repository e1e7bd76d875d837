import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'

/** Of a file of a package: its whole content, or what stands in place of each phrase. */
type Instead = string | ReadonlyMap<string, string>

const NO_CLASS = 'export default class {}'

/**
 * Parts of packages that the program never runs. A daemon would keep each of them in memory for years, and each start reads
 * them: error messages in fifty languages, other ways to send a request and a second protocol, redirects and proxies (none
 * is followed or guessed), forms and the types of files in them (to ask whether there is `FormData` makes Node.js load all of
 * `fetch`), logs into files, and colours for a debugging aid.
 */
const LEFT_OUT: Readonly<Record<string, Instead>> = {
  'zod/v4/locales/index.js': "export { default as en } from './en.js'",
  'axios/lib/adapters/fetch.js': 'export const getFetch = () => false; export default false',
  'axios/lib/adapters/xhr.js': 'export default false',
  'axios/lib/adapters/http.js': new Map([
    ["import http2 from 'http2';", 'const http2 = {};'],
    ["import followRedirects from 'follow-redirects';", 'const followRedirects = {};'],
    ["import HttpsProxyAgent from 'https-proxy-agent';", 'class HttpsProxyAgent {}'],
    ["import { getProxyForUrl } from 'proxy-from-env';", "const getProxyForUrl = () => '';"],
  ]),
  'axios/lib/helpers/Http2Sessions.js': NO_CLASS,
  'axios/lib/platform/node/classes/FormData.js': NO_CLASS,
  'axios/lib/utils.js': new Map([["typeof G.FormData !== 'undefined' ? G.FormData : undefined", 'undefined']]),
  'winston/lib/winston/transports/file.js': 'module.exports = class {}',
  'winston/lib/winston/transports/http.js': 'module.exports = class {}',
  '@dabh/diagnostics/node/index.js': 'module.exports = () => () => {}',
}

/** For esbuild. A part that is no longer where it was ends the build: the package has changed, and the list must follow. */
export function leftOut(): Plugin {
  const found = new Set<string>()
  return {
    name: 'left-out',
    setup(build) {
      build.onLoad({ filter: /[/\\]node_modules[/\\](?:zod|axios|winston|@dabh)[/\\].*\.js$/ }, ({ path }) => {
        const part = Object.keys(LEFT_OUT).find((one) => path.replaceAll('\\', '/').endsWith(`/node_modules/${one}`))
        const contents = part && without(part, path)
        if (!(part && contents)) return undefined
        found.add(part)
        return { contents, loader: 'js', resolveDir: dirname(path) }
      })
      build.onEnd(() => {
        const missed = Object.keys(LEFT_OUT).filter((part) => !found.has(part))
        return { errors: missed.map((part) => ({ text: `${part} should be left out, but is not there` })) }
      })
    },
  }
}

/** Undefined where a phrase is not there. */
function without(part: string, path: string): string | undefined {
  const left = LEFT_OUT[part]
  if (typeof left !== 'object') return left
  const text = readFileSync(path, 'utf8')
  if (![...left.keys()].every((phrase) => text.includes(phrase))) return undefined
  return [...left].reduce((all, [phrase, instead]) => all.replace(phrase, instead), text)
}
