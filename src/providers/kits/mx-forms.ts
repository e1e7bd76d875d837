import type { MxForm } from '../facts.ts'

/** Of both interfaces of IONOS: the DNS settings of a domain in the customer's pages. */
export const IONOS_FORM: MxForm = {
  at: 'Domains & SSL, the domain, DNS, "Add record"',
  host: 'Host name',
  apex: '@',
  pointsTo: 'Points to',
  priority: 'Priority',
}

/** https://www.strato.de/faq, "Welche Einstellungen kann ich im Konfigurationsdialog MX-Record vornehmen?" */
export const STRATO_FORM: MxForm = {
  at: 'Domains verwalten, the domain, DNS, MX-Record verwalten, "Eigener Mailserver"',
  host: 'Domain',
  pointsTo: 'Mailserver',
  priority: 'Priorität',
  dot: true,
}
