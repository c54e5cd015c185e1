import { type FoldableRecord, Partition, type Streams, type StreamsKind } from '@onsale/domain'
import type { Codec, DecodedValue } from '@onsale/platform/codec'
import type { PartitionLog } from '../kafka/index.js'
import type { PartitionModel, StreamModel } from './partition-model.js'
import { type StoredRecord, storedRecord } from './stored-record.js'

type Read = StoredRecord & Pick<DecodedValue, 'data'>

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
    const { data } = codec.decode(record.value) as DecodedValue
    journal.read.push({ ...record, data })
  }
  journal.to = to
  return journal.read
}

/** Folds a whole journal afresh, with the real domain, as an owner does that has just claimed. @returns what is wrong with that, or null */
export function fullFold<Stream extends StreamModel, Held extends Streams>(
  model: PartitionModel<Stream>,
  events: PartitionLog,
  codec: Codec,
  streams: StreamsKind<Held>,
  differs: (streams: Held, id: string, counted: Stream) => boolean,
): string | null {
  const state = new Partition<Held>({ partition: events.partition, streams })
  let claim: string | null = null
  try {
    for (const record of journalOf(events, codec, model.readTo)) {
      if (model.slipped.has(record.offset)) continue
      const { claimId, type } = record
      if (type === 'OwnerClaimed') claim = claimId
      if (claimId === null || claimId !== claim) continue
      state.fold(record as FoldableRecord)
    }
  } catch (error) {
    return `the journal can't be folded: ${(error as Error).message}`
  }
  if (state.position !== model.position)
    return `the fold is at command ${state.position}, counted are ${model.position}`
  for (const [id, counted] of model.streams)
    if (state.streams.versionOf(id) !== counted.version || differs(state.streams, id, counted))
      return `the fold of ${id} is not what its events count to`
  return null
}
