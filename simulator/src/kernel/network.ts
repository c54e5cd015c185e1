import { calmNetwork, type NetworkFaults } from './faults.js'
import type { Kernel } from './kernel.js'
import type { SimProcess } from './sim-process.js'

/** A server that processes call. What it stores outlives its crashes. */
export interface Endpoint {
  readonly name: string
  /** False: connections are refused, and what was under way is lost. */
  up: boolean
}

/** No reply came; the request may have been carried out. */
export class NoReplyError extends Error {
  constructor(
    readonly kind: 'timeout' | 'closed' | 'refused',
    what: string,
  ) {
    super(
      `${what}: ${kind === 'timeout' ? 'timed out' : kind === 'closed' ? 'connection closed' : 'connection refused'}`,
    )
  }
}

export interface CallOptions {
  from: SimProcess
  to: Endpoint
  /** Names the request, in the hash and in the trace. */
  name: string
  /** The caller gives up after so long. */
  timeoutMs: number
  /** Whether the request changes anything, so that a lost reply leaves the caller in doubt. */
  changes?: boolean
}

export interface Replies<T> {
  resolve(value: T): void
  reject(error: Error): void
}

const labels = new Map<string, { reply: string; noReply: string }>()

/** Labels of what may follow a request: made once. */
function labelsOf(name: string): { reply: string; noReply: string } {
  let named = labels.get(name)
  if (!named) {
    named = { reply: `reply ${name}`, noReply: `no reply ${name}` }
    labels.set(name, named)
  }
  return named
}

/**
 * Requests and replies between processes and servers. A reply to a process that has crashed is dropped; requests that it
 * sent before arrive all the same.
 */
export class Network {
  faults: NetworkFaults = calmNetwork
  /** Processes that reach nothing for now. */
  readonly isolated = new Set<SimProcess>()
  /** Processes whose requests arrive, and that no reply reaches for now. */
  readonly deaf = new Set<SimProcess>()

  constructor(readonly kernel: Kernel) {}

  /** Calls `work` at the server, and resolves in the caller with what it returns or throws. */
  call<T>(options: CallOptions, work: () => T): Promise<T> {
    return this.request(options, ({ resolve, reject }) => {
      try {
        resolve(work())
      } catch (error) {
        reject(error as Error)
      }
    })
  }

  /** As `call`, where the server replies when it likes: `work` keeps `replies`, and uses one of them once. */
  request<T>({ from, to, name, timeoutMs, changes }: CallOptions, work: (replies: Replies<T>) => void): Promise<T> {
    const { kernel, faults } = this
    const { random } = kernel
    const named = labelsOf(name)
    return new Promise<T>((resolve, reject) => {
      const cut = this.isolated.has(from)
      const requestLost = cut || random.chance(faults.requestLost)
      const replyLost = !requestLost && random.chance(faults.replyLost)
      const fail = (kind: NoReplyError['kind'], afterMs: number) =>
        from.after(afterMs, named.noReply, () => reject(new NoReplyError(kind, `${name} to ${to.name}`)))
      const lose = (what: string) => {
        kernel.count('drop', () => `${what} of ${name} is lost`, from.name)
        if (changes) kernel.count('indefinite', () => `${name}: whether it was done stays unknown`, from.name)
        // A broken connection is noticed soon, a silent one only by the clock.
        if (cut || this.deaf.has(from) || random.chance(0.3)) fail('timeout', timeoutMs)
        else fail('closed', this.latency())
      }
      if (requestLost) return lose('the request')
      kernel.after(this.latency(), name, () => {
        if (!to.up) {
          fail('refused', this.latency())
          return
        }
        let replied = false
        const reply = (settle: () => void) => {
          if (replied) return
          replied = true
          if (replyLost || this.isolated.has(from) || this.deaf.has(from)) return lose('the reply')
          from.after(this.latency(), named.reply, settle)
        }
        work({
          resolve: (value) => reply(() => resolve(value)),
          reject: (error) => reply(() => reject(error)),
        })
      })
    })
  }

  /** One way, ms. */
  private latency(): number {
    const { kernel, faults } = this
    const { random } = kernel
    const usual = faults.latencyMs * (0.5 + random.next())
    if (faults.slow === 0 || !random.chance(faults.slow)) return usual
    const extra = random.exponential(faults.slowMs)
    kernel.count('delay', () => `a message takes ${extra.toFixed(1)} ms longer`, 'network')
    return usual + extra
  }
}
