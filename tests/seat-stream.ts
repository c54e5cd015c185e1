import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { System } from './system.js'

interface Areas {
  id: string
}
export interface Seats {
  version: number
  status: string
  areas: Areas[]
}

/** A client of the stream as its text asks for one: it keeps the seats, applies what changes, and connects again from where it was. */
export async function listen(system: System, showId: string) {
  let seats: Seats | null = null
  let lastId: string | null = null
  let going = true
  let request: ReturnType<typeof get> | null = null
  const backwards: string[] = []
  const hear = (event: string, data: Seats & { seats: [number, string][] }) => {
    if (seats && data.version < seats.version) backwards.push(`${data.version} after ${seats.version}`)
    if (event === 'seats') seats = { version: data.version, status: data.status, areas: data.areas }
    else if (seats) {
      const letters = [...seats.status]
      for (const [at, letter] of data.seats) letters[at] = letter
      const areas = seats.areas.map((area) => data.areas.find(({ id }) => id === area.id) ?? area)
      seats = { version: data.version, status: letters.join(''), areas }
    }
  }
  const connect = async () => {
    request = get(new URL(`/api/shows/${showId}/seats/stream`, system.origin), {
      agent: false,
      headers: lastId === null ? {} : { 'last-event-id': lastId },
    })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    response.setEncoding('utf8')
    let text = ''
    response.on('error', () => {})
    response.on('data', (chunk: string) => {
      text += chunk
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = Object.fromEntries(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => line.split(/: (.*)/s).slice(0, 2)),
        )
        text = text.slice(end + 2)
        if (!fields.data) continue
        lastId = fields.id
        hear(fields.event, JSON.parse(fields.data))
      }
    })
    response.once('close', () => {
      if (going) void connect().catch(() => {})
    })
  }
  await connect()
  return {
    seats: () => seats,
    backwards: () => backwards,
    stop() {
      going = false
      request?.destroy()
    },
  }
}
