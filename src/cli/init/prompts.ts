// What is not named here stays out of the bundle (an editor, tables of encodings): this file is what is loaded late.
export { confirm, input, password, search, select } from '@inquirer/prompts'
