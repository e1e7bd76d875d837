/** What of package.json and package-lock.json is needed here. */
export interface Lock {
  readonly packages: Readonly<Record<string, Locked>>
}
interface Locked {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
}

/** Why each is here. A dependency without a reason is none. */
const REASONS: Readonly<Record<string, string>> = {
  '@inquirer/prompts': 'the questions of `mxhome init`; ~8.7 is the last that runs on Node.js 20',
  axios: 'requests to providers and address services',
  commander: 'commands, options and help',
  dotenv: 'reads `.env`',
  'https-proxy-agent':
    "the proxy of an account, for `https:` (`<ID>_PROXY`); axios' own would take those of the environment",
  'node-cron': 'reads the schedule of the daemon',
  'public-ip': 'the address source of that name, which asks name servers and HTTP services of different operators',
  winston: 'the log',
  yaml: 'reads `mxhome.yaml`',
  zod: "checks settings and providers' answers, and makes the JSON Schema",
}

const HEAD = `# Dependencies

Generated from \`package.json\` and \`package-lock.json\` (\`npm run generate\`); do not edit.

These packages are part of the running program. They are put into \`dist/\` when it is built, so that the service needs no
\`node_modules\`. What of them is in there stands, with its licences, in \`dist/THIRD-PARTY-LICENSES.txt\`.
DNS messages and their signatures, the state file and its lock, and all that decides are mxhome's own.
`

/** The text of docs/dependencies.md. */
export function dependenciesPage(dependencies: Readonly<Record<string, string>>, { packages }: Lock): string {
  const rows = Object.keys(dependencies).map((name) => {
    const reason = REASONS[name]
    if (reason === undefined) throw new Error(`scripts/dependencies-page.ts does not say why ${name} is here`)
    return `| \`${name}\` | ${licenseOf(packages[`node_modules/${name}`])} | ${reason} |`
  })
  const gone = Object.keys(REASONS).filter((name) => !(name in dependencies))
  if (gone.length > 0)
    throw new Error(`scripts/dependencies-page.ts has a reason for ${gone.join(', ')}, which is not here`)
  const further = Object.entries(packages).filter(
    ([path, { dev }]) => path !== '' && !dev && !(nameOf(path) in dependencies),
  )
  const names = [...new Set(further.map(([path, locked]) => `${nameOf(path)} (${licenseOf(locked)})`))]
  const built = Object.entries(packages).filter(([, { dev, hasInstallScript }]) => dev && hasInstallScript)
  return [
    HEAD,
    ['| package | licence | what for |', '| --- | --- | --- |', ...rows, ''].join('\n'),
    `With them come ${names.length} more: ${names.join(', ')}.\n`,
    '## What runs when it is installed\n',
    `None of these has a script that runs when it is installed; a test sees to it. The published package holds the built program.`,
    `In a checkout, \`npm ci\` also installs the tools that build and test it, and runs the scripts of ${built.map(([path]) => `\`${nameOf(path)}\``).join(' and ')}.\n`,
  ].join('\n')
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

function licenseOf(locked: Locked | undefined): string {
  if (locked?.license === undefined) throw new Error('package-lock.json names a package without its licence')
  return locked.license
}
