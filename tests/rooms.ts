import type { JournalRecord } from '@onsale/platform/log'
import { followJournal, until } from './claims.js'
import type { Answer, System } from './system.js'

const at = (ms: number) => new Date(Date.now() + ms).toISOString()

export interface NewRoom {
  /** Of the show. */
  holdSeconds?: number
  opensInMs?: number
  /** Of the room, as its request has them. */
  settings?: object
}

/** Waiting rooms of shows of their own, and the journal in which it can be seen what became of them. */
export async function openRooms(system: System) {
  const journal = await followJournal(system, 'queue')
  return {
    journal,
    async schedule({ holdSeconds = 600, opensInMs = 0, settings = {} }: NewRoom = {}) {
      const showId = await system.newShow({ holdSeconds })
      const organizer = await system.token('organizer', 'organizer')
      const room = (path: string, body: object = {}) => system.post(`/api/queue/${showId}/${path}`, organizer, body)
      const scheduled = await room('schedule', { lobbyFrom: at(0), opensAt: at(opensInMs), ...settings })
      if (scheduled.status !== 201) throw new Error(JSON.stringify(scheduled.body))
      const as = async (who: string, path: string, body: object = {}): Promise<Answer> =>
        system.post(`/api/queue/${showId}/${path}`, await system.token(who), body)
      const reserve = async (who: string, admission: string | null) =>
        system.post('/api/tickets/reserve', await system.token(who), {
          showId,
          bestAvailable: { quantity: 1 },
          ...(admission === null ? {} : { admission }),
        })
      const events = (...types: string[]) =>
        journal.records.filter(({ subject, type }) => subject === showId && types.includes(type)) as JournalRecord<
          string,
          // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it
          any
        >[]
      /** The token of who is admitted, once that is so. */
      const admitted = async (who: string): Promise<string> => {
        let answer = await as(who, 'enter')
        await until(async () => {
          if (answer.body.admission) return true
          answer = await as(who, 'enter')
          return answer.body.admission !== null
        })
        return answer.body.admission
      }
      return { showId, room, as, reserve, events, admitted }
    },
  }
}
