import { Transform } from 'node:stream'

/** The questions that can be put to a person. Each rejects when the dialog is ended (Ctrl-C, Ctrl-D, a signal). */
export interface Dialog {
  /** `wrong`: what is wrong with an answer; undefined: nothing. */
  readonly text: (message: string, wrong: Check, proposal?: string) => Promise<string>
  /** Nothing of the answer is shown. */
  readonly hidden: (message: string, wrong: Check) => Promise<string>
  readonly choice: <T>(message: string, choices: readonly Choice<T>[], proposal?: T) => Promise<T>
  /** As `choice`, of many: what is typed filters them. */
  readonly find: <T>(message: string, choices: readonly Choice<T>[]) => Promise<T>
  readonly yes: (message: string, proposal: boolean) => Promise<boolean>
}

export type Check = (answer: string) => string | undefined

export interface Choice<T> {
  readonly value: T
  readonly name: string
}

interface Wishes {
  readonly colour: boolean
  /** Ends the dialog. */
  readonly signal: AbortSignal
}

const MOST_LINES = 12

/** A dialog in this terminal: questions go to stderr, since stdout carries the answer of the program. */
export async function openDialog({ colour, signal }: Wishes): Promise<Dialog> {
  const { confirm, input, password, search, select } = await import('./prompts.ts')
  const context = () => ({ output: colour ? process.stderr : withoutColours(process.stderr), signal })
  const judge = (wrong: Check) => (answer: string) => wrong(answer.trim()) ?? true
  return {
    text: async (message, wrong, proposal) =>
      (await input({ message, validate: judge(wrong), ...(proposal && { default: proposal }) }, context())).trim(),
    hidden: (message, wrong) =>
      password({ message, mask: '*', toggleMask: false, validate: (answer) => wrong(answer) ?? true }, context()),
    choice: (message, choices, proposal) => {
      const preset = proposal === undefined ? {} : { default: proposal }
      return select({ message, choices: [...choices], pageSize: MOST_LINES, loop: false, ...preset }, context())
    },
    find: async (message, choices) => {
      const source = filtered(choices)
      for (;;) {
        const chosen = await search({ message, source, pageSize: MOST_LINES }, context())
        if (chosen !== undefined) return chosen
      }
    },
    yes: (message, proposal) => confirm({ message, default: proposal }, context()),
  }
}

/** Enter alone must choose nothing: what stands first would be taken as if it were proposed. */
const filtered =
  <T>(choices: readonly Choice<T>[]) =>
  (typed: string | undefined): readonly Choice<T | undefined>[] => {
    const sought = (typed ?? '').trim().toLowerCase()
    const found = choices.filter(({ name }) => name.toLowerCase().includes(sought))
    return sought === ''
      ? [{ value: undefined, name: 'none yet: type a part of its name, or go down' }, ...found]
      : found
  }

/** The packages' own colours are not switched off by what this program was told. */
function withoutColours(to: NodeJS.WriteStream): NodeJS.WritableStream {
  const plain = new Transform({
    transform(chunk, _encoding, done) {
      done(null, String(chunk).replace(COLOURS, ''))
    },
  })
  plain.pipe(to, { end: false })
  return Object.assign(plain, { columns: to.columns })
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of
const COLOURS = /\u001b\[[\d;]*m/g
