import { MalformedValueError, UnknownSchemaError } from '@onsale/platform/codec'
import { type CountedRecord, header, headerNumber, headerText, type JournalRecord } from '@onsale/platform/log'
import type { Decoded } from './fold.js'

export type Decode = (record: CountedRecord) => JournalRecord | Promise<JournalRecord>

/** Decodes records once for all projections. One that cannot be decoded is given with what its headers say. */
export async function decodeBatch(decode: Decode, records: readonly CountedRecord[]): Promise<Decoded[]> {
  const decoded: Decoded[] = []
  for (const record of records) {
    const { offset, claimId } = record
    try {
      // Awaited only where it must be: thousands of needless turns of the event loop are time.
      const event = decode(record)
      decoded.push({ offset, claimId, event: event instanceof Promise ? await event : event })
    } catch (error) {
      // Anything else (the registry does not answer) passes: the batch comes again.
      if (!(error instanceof UnknownSchemaError || error instanceof MalformedValueError)) throw error
      const facts = {
        name: headerText(record, header.type),
        subject: headerText(record, header.subject),
        streamVersion: headerNumber(record, header.streamVersion),
        commandOffset: headerNumber(record, header.commandOffset),
      }
      decoded.push({ offset, claimId, event: null, facts, failure: error })
    }
  }
  return decoded
}
