import { Command, CommanderError, Option } from 'commander'
import { describeFailure } from './describe-failure.ts'
import { type ExitCode, USAGE } from './exit-codes.ts'
import { notYet } from './not-yet.ts'
import { openTerminal, type Terminal } from './terminal.ts'

/** What every command may be given. */
export interface GlobalOptions {
  readonly config?: string
  readonly envFile?: string
  readonly logLevel?: 'error' | 'warn' | 'info' | 'debug'
  readonly color: boolean
}

export interface Context {
  readonly options: GlobalOptions
  readonly terminal: Terminal
  readonly version: string
}

type Run<Args extends unknown[]> = (context: Context, ...args: Args) => Promise<ExitCode>

/** Parses the arguments and runs one command; resolves to the exit code. Each command's code is loaded when it is named. */
export async function main(argv: readonly string[], version: string): Promise<ExitCode> {
  let code: ExitCode = 0
  const program = new Command('mxhome')
  const terminal = openTerminal(argv)
  const running =
    <Args extends unknown[]>(load: () => Promise<Run<Args>>) =>
    async (...args: unknown[]) => {
      const context: Context = { options: program.opts<GlobalOptions>(), terminal, version }
      // commander appends the command itself
      code = await (await load())(context, ...(args.slice(0, -1) as Args))
    }
  program
    .description('Keeps a mail server on a line with a changing address reachable.')
    .version(version)
    .option('--config <file>', 'configuration in YAML (default: ./mxhome.yaml, ~/.config/mxhome/, /etc/mxhome/)')
    .option('--env-file <file>', 'settings as environment variables (default: ./.env)')
    .addOption(
      new Option('--log-level <level>', 'what is logged to stderr').choices(['error', 'warn', 'info', 'debug']),
    )
    .option('--no-color', 'plain text, also on a terminal')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .showHelpAfterError('All commands: mxhome --help. The options of one: mxhome help COMMAND')
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: (text, write) => write(text.replace(/^error: /, 'mxhome: ')),
    })

  program
    .command('run')
    .description('the daemon: a round at start, on schedule, on SIGUSR1, on a network event')
    .addHelpText(
      'after',
      examples('mxhome run', 'mxhome --config /etc/mxhome/mxhome.yaml run', 'sudo systemctl enable --now mxhome'),
    )
    .action(running(async () => (await import('./run.ts')).run))
  program
    .command('update [hosts...]')
    .description('one round, then exit')
    .addHelpText(
      'after',
      examples('mxhome update', 'mxhome update --dry-run', 'mxhome update --force mail.example.com'),
    )
    .option('--force', 'lifts pauses, budget and holds, and writes (also: mxhome --force)')
    .option('--dry-run', 'prints the plan; nothing is sent, nothing is written')
    .option('--json', 'one JSON document on stdout')
    .action(running(async () => (await import('./update.ts')).update))
  program
    .command('status')
    .description('what the daemon knows, else what the state folder says')
    .addHelpText('after', examples('mxhome status', 'mxhome status --json', 'mxhome status --quiet || echo look at it'))
    .option('--json', 'one JSON document on stdout')
    .option('--quiet', 'prints nothing: only the exit code')
    .action(running(async () => (await import('./status.ts')).status))
  program
    .command('mx [domains...]')
    .description("a domain's MX records as every name server gives them")
    .addHelpText('after', examples('mxhome mx', 'mxhome mx example.com --json'))
    .option('--json', 'one JSON document on stdout')
    .action(running(async () => (await import('./mx.ts')).mx))
  program
    .command('ip')
    .description('what each address source says, and the verdict')
    .addHelpText('after', examples('mxhome ip', 'mxhome ip --json'))
    .option('--json', 'one JSON document on stdout')
    .action(running(async () => (await import('./ip.ts')).ip))
  program
    .command('history')
    .description('addresses and updates, newest first')
    .addHelpText('after', examples('mxhome history', 'mxhome history --json'))
    .option('--json', 'one JSON document on stdout')
    .action(running(async () => (await import('./history.ts')).history))
  program
    .command('providers [id]')
    .description('all adapters; one adapter with its settings and limits')
    .addHelpText('after', examples('mxhome providers', 'mxhome providers ionos'))
    .option('--json', 'one JSON document on stdout')
    .action(running(async () => (await import('./providers.ts')).providers))
  const config = program
    .command('config')
    .description('check, show or describe the configuration')
    .addHelpText('after', examples('mxhome config check', 'mxhome config show'))
  config
    .command('check')
    .description('all problems at once')
    .addHelpText('after', examples('mxhome config check', 'mxhome --config ./mxhome.yaml config check'))
    .action(running(async () => (await import('./config.ts')).configCheck))
  config
    .command('show')
    .description('effective values, secrets hidden, and where they come from')
    .addHelpText('after', examples('mxhome config show'))
    .action(running(async () => (await import('./config.ts')).configShow))
  config
    .command('schema')
    .description('the JSON Schema of mxhome.yaml')
    .addHelpText('after', examples('mxhome config schema > mxhome.schema.json'))
    .action(running(async () => (await import('./config.ts')).configSchema))
  program
    .command('demo')
    .description('a home line in one process; the real daemon runs against it')
    .addHelpText('after', examples('mxhome demo', 'mxhome demo --stay'))
    .option('--stay', 'keeps running until Ctrl-C')
    .action(running(async () => (await import('./demo.ts')).demo))

  const operands = operandsOf(argv, program)
  const missing = notYet(operands)
  if (missing !== undefined) {
    terminal.err(`mxhome: ${missing}\n`)
    return USAGE
  }
  try {
    await program.parseAsync(asMeant(argv, operands, program), { from: 'user' })
    return code
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : USAGE
    return describeFailure(thrown, terminal)
  }
}

/** The arguments without options and what follows those that take a value. */
function operandsOf(argv: readonly string[], { options }: Command): readonly string[] {
  const takesNext = (arg: string | undefined) => options.some(({ long, required }) => required && long === arg)
  return argv.filter((arg, i) => !arg.startsWith('-') && !takesNext(argv[i - 1]))
}

/**
 * `mxhome --force` is `mxhome update --force`, as the first mxhome knew it, also with hosts behind it. `mxhome help` of
 * something unknown would show the whole help, and not say why.
 */
function asMeant(argv: readonly string[], operands: readonly string[], { commands }: Command): readonly string[] {
  const isCommand = (text: string) => text === 'help' || commands.some((command) => command.name() === text)
  const [first, second] = operands
  if (first === 'help' && second !== undefined && !isCommand(second)) return argv.filter((arg) => arg !== 'help')
  return argv.includes('--force') && operands.every((text) => text.includes('.')) ? ['update', ...argv] : argv
}

const examples = (...lines: readonly string[]) => `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join('')}`

const EXAMPLES = `
Examples:
  $ mxhome config check                 is the configuration right?
  $ mxhome update --dry-run             what would be done now?
  $ mxhome --force                      do it, whatever was held back
  $ mxhome status                       is my mail reachable?
Exit codes: 0 all current, 1 you must act, 64 usage, 75 try later, 78 configuration.
`
