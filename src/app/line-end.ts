import { Failure } from '../core/failure.ts'
import { isKnown } from '../core/plan.ts'
import { theRouter } from '../core/router-findings.ts'
import { isHidden, type JudgedSighting } from '../core/sighting.ts'
import { whyNotPublic } from '../dns/special-purpose.ts'
import type { LineFacts } from '../mail/facts.ts'

/**
 * Who shows where the line ends: the router, or this machine where the line ends at it. `cheap`: the rounds tell what the
 * router shows, and sooner. Which ports it forwards is not asked: by UPnP a router lists what programs have asked it for,
 * and what its owner has set by hand is not among it, so that a missing entry proves nothing.
 */
export function lineEnd(sightings: readonly JudgedSighting[], cheap: boolean): LineFacts['router'] {
  return ownEnd(sightings) ?? (cheap ? undefined : routersEnd(sightings.filter(({ view }) => view === 'gateway')))
}

/** That an interface has a private address only says that a router stands before it, as at most homes. */
function ownEnd(sightings: readonly JudgedSighting[]): LineFacts['router'] {
  const shown = sightings.filter(({ view }) => view === 'host')
  const [end] = shown.flatMap(({ source, refused }) =>
    refused.flatMap(({ address, why }) => (why.explain === 'behind-cgnat' ? [{ source, address }] : [])),
  )
  return end && { shownBy: end.source, wan: end.address, forwards25: undefined }
}

function routersEnd(sightings: readonly JudgedSighting[]): LineFacts['router'] {
  const shown = sightings.flatMap(({ source, answer, refused }) => {
    const left = (isKnown(answer) ? answer : []).filter((one) => !whyNotPublic(one)).map((wan) => ({ source, wan }))
    const inner = refused.flatMap(({ address, why: { explain } }) =>
      explain ? [{ source, wan: address, explain }] : [],
    )
    return [...inner, ...left]
  })
  const of = (explain: string) => shown.find((one) => 'explain' in one && one.explain === explain)
  const end = of('behind-cgnat') ?? shown.find((one) => !('explain' in one)) ?? of('double-nat')
  if (end) return { shownBy: theRouter(end.source), wan: end.wan, forwards25: undefined }
  const without = sightings.filter(({ answer }) => isKnown(answer) && answer.length === 0)
  const dsLite = without.find(({ at }) => at === undefined)
  if (dsLite) return { shownBy: theRouter(dsLite.source), wan: undefined, forwards25: undefined }
  const [none] = without
  if (none) return new Failure('unavailable', `${theRouter(none.source)} ${NONE}`)
  const named = sightings.filter((one) => isHidden(one) || one.optional !== true)
  return named.flatMap(({ answer }) => (isKnown(answer) ? [] : [answer]))[0]
}

const NONE =
  'says that it has no public IPv4 address: it stands behind another router, carrier-grade NAT or DS-Lite, or its line is down'
