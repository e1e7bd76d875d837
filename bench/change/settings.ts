import { USER } from '../line.ts'
import type { Settings } from '../programs.ts'
import { PLACES } from './places.ts'

/** Of each mxhome on the street. */
export const COMMON: Settings = {
  MXHOME_PROVIDER: 'dyndns2',
  DYNDNS2_BASE_URL: PLACES.service,
  DYNDNS2_USERNAME: USER.name,
  DYNDNS2_PASSWORD: USER.password,
  MXHOME_RESOLVERS: PLACES.nameServers[0],
  MXHOME_NAMESERVERS: PLACES.nameServers.join(','),
  MXHOME_DAILY_UPDATES: '10000',
  MXHOME_LISTEN: 'off',
  MXHOME_LOG_FORMAT: 'json',
}
