import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { System } from './system.js'

interface Place {
  entryId: string
  state: string
  status: string
  ahead: number | null
}

/** One connection to the stream of a place. */
export async function listenToPlace(system: System, showId: string, token: string, lastEventId: string | null = null) {
  const events: Place[] = []
  let lastId: string | null = null
  const request = get(new URL(`/api/queue/${showId}/stream`, system.origin), {
    agent: false,
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
    },
  })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`the stream was answered ${response.statusCode}`)
  response.setEncoding('utf8')
  response.on('error', () => {})
  let text = ''
  response.on('data', (chunk: string) => {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n')
      const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)))
      text = text.slice(end + 2)
      if (!fields.data) continue
      lastId = fields.id
      events.push(JSON.parse(fields.data))
    }
  })
  return { events, lastId: () => lastId, stop: () => request.destroy() }
}
