import { admissionVerifier } from '@onsale/decider'
import { type PlanIndex, type Shows, showStreams } from '@onsale/domain'
import { type AdmissionLookup, ShowModel } from '../check/show-model.js'
import { admissionSecret } from '../load/admission.js'
import type { World } from '../world/world.js'
import type { Context } from './context.js'

/** Shows; `admissionOf`: what their waiting rooms say, where they have any. */
export const showContext = (world: World, admissionOf?: AdmissionLookup): Context<ShowModel, Shows> => ({
  label: '',
  topics: world.topics,
  hasPlans: true,
  streams: (plan: (planHash: string) => PlanIndex | null) => showStreams(plan, admissionVerifier(admissionSecret)),
  open: (showId) => new ShowModel(showId, world.plans, admissionOf),
  differs: differsFrom,
  probe: { operation: 'PauseSales', body: { reason: 'probe' } },
})

function differsFrom(shows: Shows, showId: string, counted: ShowModel): boolean {
  const folded = shows.get(showId)
  return (
    !folded ||
    folded.state.held + folded.state.sold !== counted.placesTaken ||
    folded.state.reservations.size !== counted.live.size ||
    [...folded.state.reservations.values()].some(({ id, status, expiresAt, places }) => {
      const one = counted.live.get(id)
      return !one || one.confirmed !== (status === 'confirmed') || one.places !== places || one.expiresAt !== expiresAt
    })
  )
}
