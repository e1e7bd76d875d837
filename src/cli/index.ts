import { Command, CommanderError, Option } from 'commander'
import { plain } from '../report/wrap.ts'
import { describeFailure } from './describe-failure.ts'
import { type ExitCode, USAGE } from './exit-codes.ts'
import { explained, OVERVIEW } from './help.ts'
import { openLastWords } from './last-words.ts'
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
  /** Told of secrets, which the report of a fault must not show. */
  readonly keep?: (secrets: readonly string[]) => void
  /** Done before the program ends, whatever became of the command. */
  readonly atEnd: (work: () => Promise<void>) => void
}

type Run<Args extends unknown[]> = (context: Context, ...args: Args) => Promise<ExitCode>

/** Parses the arguments and runs one command; resolves to the exit code. Each command's code is loaded when it is named. */
export async function main(argv: readonly string[], version: string): Promise<ExitCode> {
  let code: ExitCode = 0
  const program = new Command('mxhome')
  const terminal = openTerminal(argv)
  const lastWords = openLastWords(terminal)
  const running =
    <Args extends unknown[]>(load: () => Promise<Run<Args>>) =>
    async (...args: unknown[]) => {
      const last: (() => Promise<void>)[] = []
      const atEnd: Context['atEnd'] = (work) => void last.push(work)
      const context: Context = {
        options: program.opts<GlobalOptions>(),
        terminal,
        version,
        atEnd,
        keep: lastWords.keep,
      }
      try {
        // commander appends the command itself
        code = await (await load())(context, ...(args.slice(0, -1) as Args))
      } finally {
        for (const work of last) await work()
      }
    }
  program
    .description('Keeps a mail server on a line with a changing address reachable.')
    .version(version)
    .option('--config <file>', 'configuration in YAML (default: mxhome.yaml in ., ~/.config/mxhome or /etc/mxhome)')
    .option('--env-file <file>', 'file of settings, NAME=VALUE each (default: ./.env)')
    .addOption(
      new Option('--log-level <level>', 'how much is logged to stderr').choices(['error', 'warn', 'info', 'debug']),
    )
    .option('--no-color', 'plain text, also on a terminal')
    .addHelpText('after', OVERVIEW)
    .showSuggestionAfterError()
    .showHelpAfterError('All commands: mxhome --help. The options of one: mxhome help COMMAND')
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: (text, write) => write(text.replace(/^error: /, 'mxhome: ')),
    })

  const json = ['--json', 'one JSON document on stdout, for scripts'] as const
  const command = (words: string, parameters = '', parent = program) =>
    explained(parent.command(`${words.split(' ').at(-1)}${parameters}`), words)
  command('run').action(running(async () => (await import('./run.ts')).run))
  command('update', ' [hosts...]')
    .option('--force', FORCE)
    .option('--dry-run', 'shows what would be done; nothing is sent, nothing is written')
    .option(...json)
    .action(running(async () => (await import('./update.ts')).update))
  command('status')
    .option(...json)
    .option('--quiet', 'prints nothing, the exit code says it')
    .action(running(async () => (await import('./status.ts')).status))
  const mx = command('mx', ' [domains...]')
    .option(...json)
    .action(running(async () => (await import('./mx.ts')).mx))
  command('doctor', ' [domains...]')
    .option(...json)
    .option('--verbose', 'also every question that was asked, and its answer')
    .option('--list', 'all findings that there are, what each means and why it matters; asks nobody')
    .option('--relay-test', RELAY_TEST)
    .action(running(async () => (await import('./doctor.ts')).doctor))
  command('mx apply', ' [domain]', mx)
    .option('--yes', 'writes without asking')
    .hook('preAction', (_, apply) => {
      if (mx.opts().json) apply.error("error: unknown option '--json'") // an option of `mx`, wherever it stands
    })
    .action(running(async () => (await import('./mx-apply.ts')).mxApply))
  command('ip')
    .option(...json)
    .action(running(async () => (await import('./ip.ts')).ip))
  command('history')
    .option(...json)
    .action(running(async () => (await import('./history.ts')).history))
  command('providers', ' [id]')
    .option(...json)
    .action(running(async () => (await import('./providers.ts')).providers))
  const config = command('config')
  command('config check', '', config).action(running(async () => (await import('./config.ts')).configCheck))
  command('config show', '', config).action(running(async () => (await import('./config.ts')).configShow))
  command('config schema', '', config).action(running(async () => (await import('./config.ts')).configSchema))
  command('prober')
    .option('--listen <address>', 'where it listens', '127.0.0.1:8246')
    .option('--token-file <file>', 'what callers must send as Authorization: Bearer TOKEN (else MXHOME_PROBER_TOKEN)')
    .option('--certificate <file>', 'PEM, for HTTPS; needed where it does not listen on loopback')
    .option('--key <file>', 'PEM, of the certificate')
    .option('--behind-proxy', 'a proxy on this machine names the caller in X-Forwarded-For')
    .option('--name <host>', 'what it calls itself to mail servers (default: the name of this machine)')
    .action(running(async () => (await import('./prober.ts')).prober))
  command('init')
    .option('--domain <name>', 'the mail domain')
    .option(
      '--host <name>',
      'a host that follows the address (default: the MX host that is tried first); may be repeated',
      collect,
    )
    .option('--provider <id>', 'the provider (default: what the name servers tell)')
    .option('--setting <name=value>', "one of the provider's settings; may be repeated", collect)
    .option('--setting-file <name=path>', 'the same from a file, for secrets; may be repeated', collect)
    .option('--ipv6', 'AAAA records as well')
    .option('--no-ipv6', 'A records alone')
    .option('--dir <folder>', 'where to write (default: /etc/mxhome if it may be written, else ~/.config/mxhome)')
    .option('--env', 'writes .env instead of mxhome.yaml, by default here')
    .option('--overwrite', 'replaces a configuration that lies there; the difference is shown')
    .option('--no-test', 'does not test the credentials')
    .option('--yes', 'asks nothing')
    .action(running(async () => (await import('./init/index.ts')).init))
  command('demo')
    .option('--stay', 'keeps all of it running until Ctrl-C, to play with')
    .action(running(async () => (await import('./demo.ts')).demo))

  const broken = argv.find((arg) => BREAKS.test(arg))
  if (broken !== undefined) {
    terminal.err(`mxhome: an argument holds control characters: "${plain(broken)}"\n`)
    return USAGE
  }
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
    return describeFailure(thrown, terminal, lastWords)
  }
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

/** Joiners stand in names of some scripts; none of these does, and a message that repeats one could not be trusted. */
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|\p{Bidi_Control}/u

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
  const [first, second, third] = operands
  if (first === 'help' && second !== undefined && !isCommand(second)) return argv.filter((arg) => arg !== 'help')
  // commander's own `help` knows one word of a command, and `mx help` is no domain.
  const isGroup = commands.some((command) => command.name() === first && command.commands.length > 0)
  if ((first === 'help' && third !== undefined) || (second === 'help' && isGroup))
    return [...argv.filter((arg) => arg !== 'help'), '--help']
  return argv.includes('--force') && operands.every((text) => text.includes('.')) ? ['update', ...argv] : argv
}

const RELAY_TEST =
  'also tries, at your own domains only, whether a server relays for strangers, or takes mail for nobody; nothing is sent'
const FORCE =
  'sends now: ends pauses and holds; a block for abuse only for HOSTS that are named. At a service that cannot be read at most three times a host in 24 h, since repeats get accounts blocked (without HOSTS also: mxhome --force)'
