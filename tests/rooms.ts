import type { Plan } from '@onsale/domain'
import type { JournalRecord } from '@onsale/platform/log'
import { systemTimers } from '@onsale/platform/ports'
import { followJournal } from './claims.js'
import type { Answer, System } from './system.js'

const at = (ms: number) => new Date(Date.now() + ms).toISOString()

/** In the room, however often the system must be asked. */
export async function entered(enter: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await enter()
    if (answer.status === 200) return answer
    if (![202, 429, 503].includes(answer.status)) throw new Error(JSON.stringify(answer.body))
    await systemTimers.sleep(100)
  }
}

export interface NewRoom {
  /** Of the show. */
  holdSeconds?: number
  perCustomerLimit?: number
  plan?: Plan
  opensInMs?: number
  /** Of the room, as its request has them. */
  settings?: object
}

/** Waiting rooms of shows of their own, and the journal in which it can be seen what became of them. */
export async function openRooms(system: System) {
  const journal = await followJournal(system, 'queue')
  return {
    journal,
    async schedule({ opensInMs = 0, settings = {}, ...show }: NewRoom = {}) {
      const showId = await system.newShow(show)
      const organizer = await system.token('organizer', 'organizer')
      const room = (path: string, body: object = {}) => system.post(`/api/queue/${showId}/${path}`, organizer, body)
      const scheduled = await room('schedule', { lobbyFrom: at(0), opensAt: at(opensInMs), ...settings })
      if (scheduled.status !== 201) throw new Error(JSON.stringify(scheduled.body))
      const as = async (who: string, path: string, body: object = {}): Promise<Answer> =>
        system.post(`/api/queue/${showId}/${path}`, await system.token(who), body)
      const reserve = async (who: string, admission: string | null) =>
        system.post('/api/tickets/reserve', await system.token(who), {
          showId,
          areas: [{ area: 'floor', quantity: 1 }],
          ...(admission === null ? {} : { admission }),
        })
      const events = (...types: string[]) =>
        journal.records.filter(({ subject, type }) => subject === showId && types.includes(type)) as JournalRecord<
          string,
          // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it
          any
        >[]
      const enters = (who: string) => entered(() => as(who, 'enter'))
      /** The token of who is admitted, once that is so. */
      const admitted = async (who: string): Promise<string> => {
        for (;;) {
          const { body } = await enters(who)
          if (typeof body.admission === 'string') return body.admission
          await systemTimers.sleep(100)
        }
      }
      return { showId, room, as, enters, reserve, events, admitted }
    },
  }
}
