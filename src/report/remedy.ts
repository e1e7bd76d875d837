import type { ErrorKind } from '../core/failure.ts'
import type { Target } from '../core/plan.ts'

/** What the user can do about a failure of that kind, in one sentence. */
export function remedyOf(kind: ErrorKind, { account, owner }: Pick<Target, 'account' | 'owner'>): string {
  switch (kind) {
    case 'network':
      return `Nothing to do if it passes; else check the way from this box to ${account}.`
    case 'unavailable':
      return `${account} has a fault of its own: it is tried again by itself.`
    case 'rate-limited':
      return `${account} asks for patience: it is tried again by itself.`
    case 'auth':
      return `Correct the credentials of ${account}; the next round then tries again by itself.`
    case 'rejected':
      return `Look whether ${owner} exists in the account ${account}, then run: mxhome --force`
    case 'blocked':
      return `Have the block lifted at ${account}, then run: mxhome update --force ${owner}`
    case 'unsupported':
      return `${account} cannot do this: change the configuration.`
    case 'protocol':
      return `${account} gave an answer that mxhome cannot read: please report it as a bug.`
    case 'cancelled':
      return 'The program was stopped meanwhile: the next round goes on.'
    case 'bug':
      return 'This is a fault of mxhome: please report it, with the log.'
  }
}
