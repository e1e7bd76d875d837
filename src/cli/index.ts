import { Command, CommanderError, Option } from 'commander'
import { describeFailure } from './describe-failure.ts'
import type { ExitCode } from './exit-codes.ts'
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
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })

  program
    .command('run')
    .description('the daemon: a round at start, on schedule, on SIGUSR1, on a network event')
    .action(running(async () => (await import('./run.ts')).run))
  program
    .command('update [hosts...]')
    .description('one round, then exit')
    .option('--force', 'lifts pauses, budget and holds, and writes (also: mxhome --force)')
    .option('--dry-run', 'prints the plan; nothing is sent, nothing is written')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExamples:\n  $ mxhome update --dry-run\n  $ mxhome update --force mail.example.com\n')
    .action(running(async () => (await import('./update.ts')).update))
  program
    .command('status')
    .description('what the daemon knows, else what the state folder says')
    .option('--json', 'one JSON document on stdout')
    .option('--quiet', 'prints nothing: only the exit code')
    .action(running(async () => (await import('./status.ts')).status))
  program
    .command('mx [domains...]')
    .description("a domain's MX records as every name server gives them")
    .option('--json', 'one JSON document on stdout')
    .action(running(async () => (await import('./mx.ts')).mx))
  program
    .command('ip')
    .description('what each address source says, and the verdict')
    .option('--json', 'one JSON document on stdout')
    .action(running(async () => (await import('./ip.ts')).ip))
  program
    .command('history')
    .description('addresses and updates, newest first')
    .option('--json', 'one JSON document on stdout')
    .action(running(async () => (await import('./history.ts')).history))
  program
    .command('providers [id]')
    .description('all adapters; one adapter with its settings and limits')
    .option('--json', 'one JSON document on stdout')
    .action(running(async () => (await import('./providers.ts')).providers))
  const config = program.command('config').description('check, show or describe the configuration')
  config
    .command('check')
    .description('all problems at once')
    .action(running(async () => (await import('./config.ts')).configCheck))
  config
    .command('show')
    .description('effective values, secrets hidden, and where they come from')
    .action(running(async () => (await import('./config.ts')).configShow))
  config
    .command('schema')
    .description('the JSON Schema of mxhome.yaml')
    .action(running(async () => (await import('./config.ts')).configSchema))
  program
    .command('demo')
    .description('a home line in one process; the real daemon runs against it')
    .option('--stay', 'keeps running until Ctrl-C')
    .action(running(async () => (await import('./demo.ts')).demo))

  try {
    await program.parseAsync(withForce(argv), { from: 'user' })
    return code
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 64
    return describeFailure(thrown, terminal)
  }
}

/** `mxhome --force` is `mxhome update --force`, as the first mxhome knew it. */
function withForce(argv: readonly string[]): readonly string[] {
  const commands = ['run', 'update', 'status', 'mx', 'ip', 'history', 'providers', 'config', 'demo', 'help']
  return argv.includes('--force') && !argv.some((arg) => commands.includes(arg)) ? ['update', ...argv] : argv
}

const EXAMPLES = `
Examples:
  $ mxhome config check                 is the configuration right?
  $ mxhome update --dry-run             what would be done now?
  $ mxhome --force                      do it, whatever was held back
  $ mxhome status                       is my mail reachable?
Exit codes: 0 all current, 1 you must act, 64 usage, 75 try later, 78 configuration.
`
