import { dyndns2 } from '../kits/dyndns2.ts'
import { STRATO_FORM } from '../kits/mx-forms.ts'

export const strato = dyndns2({
  id: 'strato',
  name: 'STRATO DynDNS',
  docs: 'https://www.strato.com/faq/en_us/domain/this-is-how-easy-it-is-to-set-up-dyndns-for-your-domains/',
  facts: {
    sure: 'agreed',
    verified: '2026-11',
    doubt: 'the list of errors; what becomes of the other family',
    mxForm: STRATO_FORM,
  },
  endpoint: 'https://dyndns.strato.com',
  path: '/nic/update',
  username: 'The domain booked at STRATO, for example example.com (not the customer number)',
  password: 'DynDNS password set in the customer login (not the account password)',
  traits: { leftOut: 'unknown', hostsPerRequest: 1 },
})
