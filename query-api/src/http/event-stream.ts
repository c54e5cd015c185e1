import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'

/**
 * Answers with server-sent events, from now on and without an end. @param listen begins to write to the answer; gives what is to be called, once or
 * twice, when nobody hears it any more
 */
export function openEventStream(reply: FastifyReply, listen: (answer: ServerResponse) => () => void): void {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Ended, it is not kept for another request: a service that stops would wait for it.
    connection: 'close',
    // The origin is to pass events on as they come.
    'x-accel-buffering': 'no',
  })
  raw.write('retry: 2000\n\n')
  const leave = listen(raw)
  // Of the answer: the request is closed as soon as it has been read.
  raw.once('close', leave)
  // Who hung up before that is heard of no more.
  if (raw.destroyed) leave()
}
