import { type FoldableRecord, indexPlan, Partition, type Plan, type PlanIndex, showStreams } from '@onsale/domain'
import type { Codec, DecodedValue } from '@onsale/platform/codec'
import type { PartitionLog } from '../kafka/index.js'
import type { PartitionModel } from './partition-model.js'
import { type StoredRecord, storedRecord } from './stored-record.js'

const indexes = new Map<string, PlanIndex>()

interface Read {
  record: StoredRecord
  data: DecodedValue['data']
}

interface Journal {
  read: Read[]
  to: number
}

/** What was read of a log for the last fold: what is committed stays as it is. */
const journals = new WeakMap<PartitionLog, Journal>()

function journalOf(log: PartitionLog, codec: Codec, to: number): Read[] {
  const journal = journals.get(log) ?? { read: [], to: 0 }
  journals.set(log, journal)
  for (const message of log.committed(journal.to, to)) {
    const record = storedRecord(message)
    journal.read.push({ record, data: (codec.decode(record.value) as DecodedValue).data })
  }
  journal.to = to
  return journal.read
}

/** Folds a whole journal afresh, with the real domain, as an owner does that has just claimed. @returns what is wrong with that, or null */
export function fullFold(
  model: PartitionModel,
  events: PartitionLog,
  codec: Codec,
  plans: ReadonlyMap<string, Plan>,
): string | null {
  const state = new Partition({
    partition: events.partition,
    streams: showStreams((hash) => {
      const plan = plans.get(hash)
      if (!plan) return null
      const index = indexes.get(hash) ?? indexPlan(plan)
      indexes.set(hash, index)
      return index
    }),
  })
  let claim: string | null = null
  try {
    for (const { record, data } of journalOf(events, codec, model.readTo)) {
      if (model.slipped.has(record.offset)) continue
      const { claimId, type } = record
      if (type === 'OwnerClaimed') claim = claimId
      if (claimId === null || claimId !== claim) continue
      state.fold({ ...record, claimId, data } as FoldableRecord)
    }
  } catch (error) {
    return `the journal can't be folded: ${(error as Error).message}`
  }
  if (state.position !== model.position)
    return `the fold is at command ${state.position}, counted are ${model.position}`
  for (const [showId, show] of model.shows) {
    const folded = state.streams.get(showId)
    const differs =
      !folded ||
      folded.version !== show.version ||
      folded.state.held + folded.state.sold !== show.placesTaken ||
      folded.state.reservations.size !== show.live.size ||
      [...folded.state.reservations.values()].some(({ id, status, expiresAt, places }) => {
        const one = show.live.get(id)
        return (
          !one || one.confirmed !== (status === 'confirmed') || one.places !== places || one.expiresAt !== expiresAt
        )
      })
    if (differs) return `the fold of show ${showId} is not what its events count to`
  }
  return null
}
