import type { Action } from '../../src/core/plan.ts'
import type { Round } from '../../src/core/round.ts'

/** `home A publish changed, www A wait budget`: what a round did to each target, by the first label of its host. */
export const planText = ({ plan }: Pick<Round, 'plan'>): string => plan.map(actionText).join(', ')

function actionText(action: Action): string {
  const { owner, type } = action.target
  const companion = action.kind === 'publish' && action.companion ? ` with ${action.companion.addresses}` : ''
  const alone = action.kind === 'publish' && action.alone ? ' alone' : ''
  const why = action.kind === 'hold' ? action.after : action.why
  return `${owner.split('.')[0]} ${type} ${action.kind} ${why}${companion}${alone}`
}

/** `home A confirmed 2/3`. */
export const provenText = ({ plan, confirmations }: Pick<Round, 'plan' | 'confirmations'>): string =>
  plan
    .flatMap(({ target: { key, owner, type } }) => {
      const one = confirmations.get(key)
      return one ? [`${owner.split('.')[0]} ${type} ${one.state} ${one.seen}/${one.asked}`] : []
    })
    .join(', ')
