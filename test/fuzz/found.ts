interface Found {
  /** Of the check. */
  readonly name: string
  readonly seed: number
  readonly path: string
}

const ADAPTERS = 'adapters: any answer to any request'
const ENVIRONMENTS = 'configuration: any environment and any .env file'
const MX = 'adapters: any answer to any request about an MX'
const STATE = 'state: any text is a state, a newer one, or damaged'
const YAML = 'configuration: any YAML file'
const SECRETS = 'secrets: none is in a message, however it is repeated'

/**
 * Cases that once found a fault; `npm run fuzz` prints seed and path. They fit as long as the check's own values are
 * made in the same way: whoever changes that takes the case into a test of its own, or out of here.
 */
export const FOUND: readonly Found[] = [
  // A list whose every page is full was read for ever.
  { name: ADAPTERS, seed: 3, path: '11406:2:2:2' },
  // `config show` let STATE_DIRECTORY steer the terminal.
  { name: ENVIRONMENTS, seed: 3, path: '1458:2:4:3:4:5:4:3:3' },
  // An MX record without a host was taken for one.
  { name: MX, seed: 472142, path: '4265:8:8:5:5:5:5:2:2:2' },
  // A -0 was read, and 0 written.
  { name: STATE, seed: 472142, path: '19898:13' },
  // `watch: [{toString: {}}]` was a mistake of the program, not of the file.
  { name: YAML, seed: 949266, path: '882:1:3:5:5:5:5' },
  // Namecheap's words were cut in the middle of a key, and went on with a remedy as if they were whole.
  { name: SECRETS, seed: 71, path: '7176:1:2' },
]
