import type { ErrorKind } from '../core/failure.ts'
import type { Target, WaitReason } from '../core/plan.ts'
import { FAMILY } from '../dns/rrset.ts'

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

/** A write that may have been done or not: nothing is sent until that is known. */
export function remedyOfLost({ account, owner, traits }: Pick<Target, 'account' | 'owner' | 'traits'>): string {
  const where = traits.readable ? `at ${account}` : 'at the name servers'
  return `Nothing to do now: mxhome reads back ${where} before it sends again. If it comes again and again, look at ${owner} in the account ${account}.`
}

/** Why nothing is sent although nothing failed, and what the user may do about it. */
export function remedyOfWait(why: WaitReason, { owner, type }: Pick<Target, 'owner' | 'type'>): string {
  switch (why) {
    case 'pause':
      return `Nothing to do: after 10 min the ${type} of ${owner} is sent alone.`
    case 'budget':
      return `Find out why the address changes so often. To send now all the same: mxhome update --force ${owner}`
    case 'spacing':
      return 'Nothing to do: it is sent by itself.'
    case 'line-down':
      return 'Nothing to do: the next line of the list takes over by itself.'
    case 'force-limit':
      return 'Nothing to do: more than three repeats a day would get the account blocked.'
  }
}

/** The kind is that of the address sources' failure. */
export function remedyOfUnknownAddress(kind: ErrorKind): string {
  if (kind === 'rejected') {
    return 'Is the line up? See what each source says: mxhome ip. Behind a router a source outside must be among them (MXHOME_IP_SOURCES=auto); behind carrier-grade NAT ask the ISP for a public address.'
  }
  if (kind === 'unsupported') return 'Name a source that can tell it: MXHOME_IP_SOURCES'
  return 'Is the line up? See what each source says: mxhome ip'
}

/** The sources know that the line has none of that family. */
export function remedyOfMissingFamily({ type, whenGone }: Pick<Target, 'type' | 'whenGone'>): string {
  const look = 'Is the line up? See what each source says: mxhome ip.'
  const isGone = `If the line has ${FAMILY[type]} no longer`
  if (whenGone === 'remove') {
    return `${look} ${isGone}, its record is removed once that has been so for 10 min, and the other family is there`
  }
  return `${look} ${isGone}, remove the record at the provider and set MXHOME_${FAMILY[type].toUpperCase()}=off`
}
