import { type ApiClient, NoAnswerError } from '../../api/client.js'
import { problemLine } from '../../api/problem-line.js'
import { CommandError } from '../../command.js'

/** Where a visitor stands, as the room says. */
export interface Standing {
  /** Of the room. */
  state: 'scheduled' | 'lobby' | 'drawing' | 'open' | 'paused' | 'stopped' | 'closed'
  status: 'waiting' | 'away' | 'admitted' | 'active' | 'completed' | 'left' | 'skipped' | 'expired'
  entryId: string
  /** People before them; null where it is not known, or no matter. */
  ahead: number | null
  /** Forecast of the wait; null: unknown. */
  wait: { p50Seconds: number; p90Seconds: number } | null
  /** To reserve with. */
  admission: string | null
  askAgainSeconds: number
  /** What to send as a heartbeat, and how often; null where none is wanted. */
  heartbeat: string | null
  heartbeatSeconds: number | null
}

interface EnterBody {
  entryId: string
}

/** The waiting room of one show, for one visitor. */
export class RoomDoor {
  /** @param once tries once: a heartbeat that comes late is none */
  constructor(
    private readonly showId: string,
    private readonly api: ApiClient,
    private readonly once: ApiClient = api,
  ) {}

  /** @returns the entry's id; null where there was no answer. @throws CommandError where the room refuses */
  async enter(): Promise<{ entryId: string; position: string | null } | null> {
    const answer = await this.api.command(`/api/queue/${this.showId}/enter`, {}).catch(noAnswer)
    if (!answer) return null
    if (!answer.accepted) {
      if (answer.code === 'room-closed') return null
      throw new CommandError(`a visitor was refused: ${problemLine(answer)}`, 1)
    }
    return { entryId: (answer.body as EnterBody).entryId, position: answer.position }
  }

  /** Null where there was no answer. @param position that the answer must show */
  async look(position: string | null): Promise<Standing | null> {
    const headers: Record<string, string> = position ? { 'onsale-position': position } : {}
    const answer = await this.api.get(`/api/queue/${this.showId}/status`, headers).catch(noAnswer)
    return answer?.status === 200 ? (answer.body as Standing) : null
  }

  /** @param heartbeat as the room gave it */
  async beat(heartbeat: string): Promise<void> {
    await this.once.command(`/api/queue/${this.showId}/heartbeat`, { heartbeat }).catch(noAnswer)
  }
}

function noAnswer(error: unknown): null {
  if (error instanceof NoAnswerError) return null
  throw error
}
