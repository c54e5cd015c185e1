import { MalformedValueError, UnknownSchemaError } from '@onsale/platform/codec'
import { type CountedRecord, header, headerText, type JournalBatch, type JournalRecord } from '@onsale/platform/log'
import type { Decoded } from './fold.js'

export type Decode = (record: CountedRecord) => JournalRecord | Promise<JournalRecord>

/**
 * Decodes a batch once for all projections, up to the first record that cannot be decoded, which is the last one given:
 * nobody may go past it.
 */
export async function decodeBatch(decode: Decode, { records }: Pick<JournalBatch, 'records'>): Promise<Decoded[]> {
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
      decoded.push({
        offset,
        claimId,
        event: null,
        subject: headerText(record, header.subject),
        failure: error,
      })
      break
    }
  }
  return decoded
}
