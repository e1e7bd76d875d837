import type { Command } from 'commander'

interface Help {
  /** In the list of commands. */
  readonly summary: string
  /** What it does, what it does not do, how it ends: for someone who reads it at night. */
  readonly about: string
  readonly examples: readonly string[]
}

/** What `--help` says of each command, by its words. */
const HELP: Readonly<Record<string, Help>> = {
  run: {
    summary: 'the service: keeps the records right until it is stopped',
    about: `Keeps the records right until it is stopped. systemd runs this.
Looks at the start, on schedule (every 5 minutes), at the end of a pause, and at once when the kernel or the router reports a
change (MXHOME_WATCH) or the router's DynDNS client tells an address (MXHOME_PUSH_LISTEN).
SIGUSR1: look now. SIGHUP: read the configuration again. SIGTERM: end, within 5 s.`,
    examples: ['mxhome --config ./mxhome.yaml run', 'sudo systemctl enable --now mxhome'],
  },
  update: {
    summary: 'looks once, writes what must be written, then exits',
    about: `Looks once, writes what must be written, waits for the name servers to show it, then exits.
With HOSTS only these are looked at. The service may run beside it.
Exit code: 0 all current, 1 you must act, 75 try again later.`,
    examples: ['mxhome update --dry-run', 'mxhome update', 'mxhome update --force mail.example.com'],
  },
  status: {
    summary: 'is my mail reachable? What is wrong, and what to do',
    about: `What the running service knows; where none runs, what was remembered on disk (nothing is asked then).
Exit code: 0 all current, 1 you must act, 75 not sure yet.`,
    examples: ['mxhome status', 'mxhome status --json', 'mxhome status --quiet || echo look at it'],
  },
  mx: {
    summary: "a domain's MX records as every name server gives them",
    about: `Asks every name server of the domains for the MX records, shows which hosts are ours, and what differs from the
wanted records of the configuration. Writes nothing. Without DOMAINS: those of the configuration.
Exit code: 0 all agree, 1 they differ (from the wanted records, where the configuration has some) or the domain does not exist, 75 one is silent.`,
    examples: ['mxhome mx', 'mxhome mx example.com --json'],
  },
  doctor: {
    summary: 'does mail arrive? The whole mail path, examined',
    about: `Examines the way of mail to the domains and back: MX, addresses, name servers, port 25, mail server, certificate, SPF, reverse name,
block lists. Says of each fault why it matters and what to do. Writes nothing; other domains than yours are examined as anybody sees them.
Without DOMAINS: those of the configuration. Needs no configuration for a domain that is named. Takes up to 35 s.
Exit code: 0 no error, 1 an error was found, 75 nothing could be examined.`,
    examples: ['mxhome doctor', 'mxhome doctor example.com --verbose', 'mxhome doctor --list'],
  },
  'mx apply': {
    summary: 'writes the wanted MX records at the provider, after asking',
    about: `Makes the MX records of the domain those that mxhome.yaml wants (domains: [{name: ..., mx: [...]}]), and touches no
other record. Shows what differs, asks, writes, and waits until every name server has them. Refuses hosts that are
aliases or have no address. Without DOMAIN: every domain with wanted records, one after the other.
Where mxhome cannot write MX records it says what to enter by hand.
Exit code: 0 all have them, 1 you must act, 64 no terminal to ask on and no --yes, 75 not yet everywhere, 78 configuration.`,
    examples: ['mxhome mx apply', 'mxhome mx apply example.com --yes'],
  },
  ip: {
    summary: 'which public address do the sources see?',
    about: `Asks every address source for this line's public address, and shows which answer is believed, and why. Writes nothing, and needs no configuration.
Exit code: 0 known, 75 unknown.`,
    examples: ['mxhome ip', 'mxhome ip --json'],
  },
  history: {
    summary: 'addresses and updates, newest first',
    about: 'The last 200 updates: when, which host, from which address to which, and what came of it.',
    examples: ['mxhome history', 'mxhome history --json'],
  },
  providers: {
    summary: 'the DNS providers that mxhome can write to',
    about:
      'Without ID: all of them. With ID: its settings, its limits, and an example to copy. Needs no configuration.',
    examples: ['mxhome providers', 'mxhome providers ionos'],
  },
  config: {
    summary: 'checks, shows or describes the configuration',
    about: 'Checks, shows or describes the configuration. Asks nobody and writes nothing.',
    examples: ['mxhome config check', 'mxhome config show'],
  },
  'config check': {
    summary: 'is it right? All mistakes at once',
    about: `Names every mistake at once: the setting, what was found, what is expected, what to do.
Asks no provider: wrong credentials show in "mxhome update".
Exit code: 0 right, 78 wrong.`,
    examples: ['mxhome config check', 'mxhome --config ./mxhome.yaml config check'],
  },
  'config show': {
    summary: 'what is in force, and where it comes from',
    about: 'Every setting with its value and where that comes from: environment, file or default. Secrets are hidden.',
    examples: ['mxhome config show'],
  },
  'config schema': {
    summary: 'a JSON Schema of mxhome.yaml, for editors',
    about: 'A JSON Schema of mxhome.yaml: editors complete and check the file with it.',
    examples: ['mxhome config schema > mxhome.schema.json'],
  },
  prober: {
    summary: 'the view from outside, for others: looks at port 25 of whoever calls',
    about: `For a server elsewhere: "mxhome doctor" at home asks it what port 25 looks like from outside (MXHOME_PROBER).
Looks only at the address that calls it, ten times at once and then once a minute: it is no scanner. Needs a token, and
no configuration. Speaks HTTPS where it is given a certificate; without one it listens on loopback, behind a proxy.`,
    examples: [
      'mxhome prober --token-file token --behind-proxy --name probe.example.net',
      'mxhome prober --token-file token --listen 0.0.0.0:8246 --certificate fullchain.pem --key privkey.pem',
    ],
  },
  init: {
    summary: 'asks a few questions, tests the answers, writes the configuration',
    about: `Asks for the mail domain, looks its MX, host and name servers up, and proposes the rest. Tests the credentials by reading,
where the provider can be read (rfc2136: by a signed update that asks for nothing, too); sends nothing that changes a record. Writes mxhome.yaml, and secrets into credentials/ beside it.
Each answer can be given by an option instead; with --yes nothing is asked. A variable such as IONOS_API_KEY is an answer too.
Nothing is replaced that was not shown and agreed to. Ctrl-C ends it, and nothing has been written.
Exit code: 0 written, 1 you said no, 64 an answer is missing or wrong, 75 try again later, 78 refused by the provider, 130 ended.`,
    examples: [
      'mxhome init',
      'mxhome init --yes --domain example.com --provider ionos --setting-file apiKey=./ionos-key',
      'sudo mxhome init --dir /etc/mxhome',
    ],
  },
  demo: {
    summary: 'shows mxhome at work, on made-up servers',
    about: `Shows mxhome at work for half a minute: name servers, providers and an address that changes, all in one process.
No other host is contacted, no configuration is needed, nothing is left behind.`,
    examples: ['mxhome demo', 'mxhome demo --stay'],
  },
}

/** Gives a command its help; `words`: as they are typed, `config check`. */
export function explained(command: Command, words: string): Command {
  const { summary, about, examples } = HELP[words]!
  const lines = examples.map((line) => `  $ ${line}\n`).join('')
  return command
    .summary(summary)
    .description(about.replace(/([^.:])\n/g, '$1 ')) // commander breaks lines where the terminal ends
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', `\nExamples:\n${lines}`)
}

/** Below the help of the program itself. */
export const OVERVIEW = `
Examples:
  $ mxhome init                         writes the configuration, from a few answers
  $ mxhome config check                 is the configuration right?
  $ mxhome update --dry-run             what would be done now? Nothing is sent
  $ mxhome --force                      do it now, whatever was held back
  $ mxhome status                       is my mail reachable?
  $ mxhome doctor                       the whole mail path, examined
More of one command: mxhome help COMMAND
Exit codes: 0 all current, 1 you must act, 64 usage, 75 try later, 78 configuration.
`
