import { header, logEnds, startLogReader, topicNames } from '@onsale/platform/log'
import type { StackLog } from '../stack-log.js'
import type { CommandsOf } from './parked-name.js'

/** How long a redriven command may take to be answered, ms. */
const patienceMs = 15_000

/**
 * Watches a partition of the journal from its end on, for the answer to a command that is appended afterwards.
 * @returns a function that waits for the answer to the command with that ce_id: `HoldSeats…`-like words for a person, null
 *   where none came in time
 */
export async function watchAnswers(
  { kafka, env, codec, logger }: StackLog,
  of: CommandsOf,
  partition: number,
): Promise<{ answerTo(id: string): Promise<string | null>; stop(): Promise<void> }> {
  const topics = topicNames(env)
  const topic = (of === 'queue' ? topics.queue : topics).events
  const admin = kafka.admin()
  await admin.connect()
  const end = (await logEnds(admin, topic).finally(() => admin.disconnect())).get(partition)?.end ?? 0
  const answers = new Map<string, string>()
  let heard: () => void = () => {}
  const reader = await startLogReader({
    kafka,
    topic,
    name: 'parked-answers',
    from: [{ partition, offset: end }],
    logger,
    async onBatch({ records }) {
      for (const { headers, value, offset } of records) {
        const id = headers[header.causationId]?.toString()
        if (id === undefined || headers[header.commandRecords] === undefined) continue
        const { name, data } = await codec.decode(value ?? Buffer.alloc(0))
        const type = name.slice(name.lastIndexOf('.') + 1)
        const { reason, details = [] } = data as { reason?: string; details?: string[] }
        const why = type === 'CommandRejected' ? ` (${[reason, ...details].join(', ')})` : ''
        answers.set(id, `${type}${why} at ${partition}/${offset}`)
      }
      heard()
    },
  })
  return {
    async answerTo(id) {
      const until = Date.now() + patienceMs
      while (!answers.has(id) && Date.now() < until)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.max(1, until - Date.now()))
          heard = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      return answers.get(id) ?? null
    },
    stop: () => reader.stop(),
  }
}
