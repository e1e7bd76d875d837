import type { Problem, PushConfig } from './config.ts'
import type { Drafted } from './cross-checks.ts'

/** What of it must never be printed: the password, and the pair as HTTP Basic sends it. */
export function secretsOfPush({ username = '', password }: PushConfig): readonly string[] {
  if (password === undefined) return []
  return [password, Buffer.from(`${username}:${password}`).toString('base64')]
}

/** What is lacking where the router shall tell its address. */
export function pushProblems(draft: Drafted): Problem[] {
  const { config, nameOf, isBroken } = draft
  const { listen, ...given } = config.push
  if (isBroken('push.listen')) return []
  const lacking = (
    key: 'username' | 'password' | 'certificate' | 'key',
    expected: string,
    remedy: string,
  ): Problem[] =>
    given[key] !== undefined || isBroken(`push.${key}`)
      ? []
      : [{ setting: nameOf(`push.${key}`), found: 'nothing', expected, remedy, severity: 'error' }]
  if (listen === 'off') {
    const found = `push, while ${nameOf('push.listen')} is off`
    const expected = 'a source that can be heard'
    const remedy = `set ${nameOf('push.listen')} to an address of this machine on the local network, with ${nameOf('push.username')} and ${nameOf('push.password')}; or leave push out`
    return placesOfPush(draft).map((setting) => ({ setting, found, expected, remedy, severity: 'error' }))
  }
  const login = `while ${nameOf('push.listen')} is set; enter the same in the router`
  const pair = 'for HTTPS set both, for plain HTTP neither'
  return [
    ...lacking('username', 'a user name', `choose one, ${login}`),
    ...lacking('password', 'a password', `choose one, ${login}`),
    ...(given.key === undefined ? [] : lacking('certificate', `a certificate beside ${nameOf('push.key')}`, pair)),
    ...(given.certificate === undefined
      ? []
      : lacking('key', `a private key beside ${nameOf('push.certificate')}`, pair)),
  ]
}

/** Where a source push is in force: a line that names no sources has the common ones. */
function placesOfPush({ config: { lines, ipSources }, nameOf, isBroken }: Drafted): readonly string[] {
  const isPush = (source: string) => source.trim() === 'push' // told by the router
  const common = nameOf('ipSources')
  if (lines.length === 0) return !isBroken('ipSources') && ipSources.some(isPush) ? [common] : []
  if (isBroken('lines')) return []
  const hearing = lines.filter((line) => line.ipSources.some(isPush))
  return [...new Set(hearing.map((line) => (line.ipSources === ipSources ? common : `lines.${line.name}.ipSources`)))]
}
