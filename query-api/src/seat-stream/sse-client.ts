/** What an SSE connection is written to; a Node response is one. */
export interface SseSink {
  readonly writableLength: number
  write(text: string): boolean
  end(): void
}

export interface SseMessage {
  id: string
  event: string
  data: string
}

/** A client that does not read: from here on it is sent nothing until it has read what lies there. */
const mostUnreadBytes = 256 * 1024

/**
 * One listener. What it is slow to read is not piled up for it: it misses changes, and is sent all of the seats once it has read
 * what there was.
 */
export class SseClient {
  /** It missed something. */
  behind = false

  constructor(private readonly sink: SseSink) {}

  /** False where the message was left out. */
  send({ id, event, data }: SseMessage): boolean {
    if (this.sink.writableLength > mostUnreadBytes) {
      this.behind = true
      return false
    }
    this.sink.write(`id: ${id}\nevent: ${event}\ndata: ${data}\n\n`)
    return true
  }

  /** A comment, so that nobody on the way takes the silence for an end. */
  beat(): void {
    if (this.sink.writableLength <= mostUnreadBytes) this.sink.write(': still here\n\n')
  }

  end(): void {
    this.sink.end()
  }
}
