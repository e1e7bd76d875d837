import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** A program (or a file, by its path) of this machine. */
export const isInstalled = (program: string): boolean => FOLDERS.some((folder) => existsSync(resolve(folder, program)))
