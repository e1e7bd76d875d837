// CommonJS inside: named imports of it survive bundling only when they are static, so this file is what is loaded late.
export { createLogger, format, transports } from 'winston'
