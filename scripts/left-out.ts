import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * Parts of packages that the program never runs, and what stands in their place. A daemon would keep each of them in memory
 * for years: error messages in fifty languages, a second way to send requests, and the types of files that a
 * form may hold.
 */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'zod/v4/locales/index.js': "export { default as en } from './en.js'",
  'axios/lib/adapters/fetch.js': 'export const getFetch = () => false; export default false',
  'mime-db/index.js': 'module.exports = {}',
}

/** For esbuild. A part that is no longer where it was ends the build: the package has changed, and the list must follow. */
export function leftOut(): Plugin {
  const found = new Set<string>()
  return {
    name: 'left-out',
    setup(build) {
      build.onLoad({ filter: /[/\\]index\.js$|[/\\]fetch\.js$/ }, ({ path }) => {
        const part = Object.keys(LEFT_OUT).find((one) => path.replaceAll('\\', '/').endsWith(`/node_modules/${one}`))
        if (part === undefined) return undefined
        found.add(part)
        return { contents: LEFT_OUT[part] ?? '', loader: 'js', resolveDir: dirname(path) }
      })
      build.onEnd(() => {
        const missed = Object.keys(LEFT_OUT).filter((part) => !found.has(part))
        return { errors: missed.map((part) => ({ text: `${part} should be left out, but is not there` })) }
      })
    },
  }
}
