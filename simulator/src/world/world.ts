import { type Codec, localCodec } from '@onsale/platform/codec'
import { type TopicNames, topicNames } from '@onsale/platform/log'
import type { Kafka } from 'kafkajs'
import { KafkaServer, simKafka } from '../kafka/index.js'
import { calmNetwork, type Kernel, Network, SeededRandom, type SimProcess } from '../kernel/index.js'
import { halls, storeHalls } from './halls.js'
import type { Service, WorldPart } from './part.js'
import { saidLogger } from './said-logger.js'
import { sharedCodec } from './shared-codec.js'

export const env = 'sim'
/** As many as a local environment has. */
const partitions = 2

interface Running {
  service: Service
  process: SimProcess
}

const codec = sharedCodec(localCodec())

/** The servers, and the processes of the services that run on them. */
export class World {
  readonly network: Network
  readonly server: KafkaServer
  readonly topics: TopicNames = topicNames(env)
  readonly partitions = partitions
  readonly codec: Codec = codec
  readonly plans = halls
  readonly random: SeededRandom
  readonly parts: WorldPart[] = []
  /** As it is between two bad spells. */
  usualNetwork = calmNetwork
  private readonly running = new Map<string, Running>()
  private closing = false

  constructor(readonly kernel: Kernel) {
    this.network = new Network(kernel)
    this.random = new SeededRandom('world', kernel.random.bits())
    const { plans } = this.topics
    const topics = this.ofContexts.map((topic) => [topic, partitions])
    this.server = new KafkaServer({ kernel, topics: { ...Object.fromEntries(topics), [plans]: 1 } })
    storeHalls(this.server.log(plans, 0), codec, kernel.utc)
  }

  private get ofContexts(): string[] {
    return [this.topics, this.topics.queue].flatMap(({ commands, events, parked, snapshots }) => [
      ...[commands, events, parked, snapshots],
    ])
  }

  kafkaFor(process: SimProcess): Kafka {
    return simKafka({ server: this.server, network: this.network, process })
  }

  add(part: WorldPart): void {
    this.parts.push(part)
    for (const service of part.services) this.launch(service)
  }

  /** The process that a service runs in now. */
  processOf(service: string): SimProcess | undefined {
    const found = this.running.get(service)
    return found?.process.alive ? found.process : undefined
  }

  alive(): { service: string; process: SimProcess }[] {
    return [...this.running.values()]
      .filter(({ process }) => process.alive)
      .map(({ service, process }) => ({ service: service.name, process }))
  }

  /** Its memory is gone; another process takes its place after `downMs`. */
  crash(name: string, downMs: number): void {
    const found = this.running.get(name)
    if (!found?.process.alive) return
    this.kernel.count('crash', () => `${name} crashes, and is back in ${Math.round(downMs)} ms`, name)
    found.process.crash()
    this.network.isolated.delete(found.process)
    this.network.deaf.delete(found.process)
    found.service.crashed?.(found.process)
    this.kernel.after(downMs, `restart ${name}`, () => {
      if (!this.closing) this.launch(found.service)
    })
  }

  /** Another process takes its place at once, as in a release. */
  replace(name: string): void {
    const found = this.running.get(name)
    if (!found) return
    found.process.crash()
    found.service.crashed?.(found.process)
    this.launch(found.service)
  }

  /** As SIGSTOP and, `forMs` later, SIGCONT. */
  pause(name: string, forMs: number): void {
    const process = this.processOf(name)
    if (!process || process.paused) return
    this.kernel.say(name, () => `stands still for ${Math.round(forMs)} ms`)
    process.pause()
    this.kernel.after(forMs, `resume ${name}`, () => {
      if (!process.paused) return
      this.kernel.say(name, () => 'goes on')
      process.resume()
    })
  }

  /** It reaches no server, and none reaches it, for so long. */
  isolate(name: string, forMs: number): void {
    this.cut(name, forMs, this.network.isolated, 'is cut off')
  }

  /** It reaches the servers, and hears nothing of them. */
  deafen(name: string, forMs: number): void {
    this.cut(name, forMs, this.network.deaf, 'hears nothing')
  }

  heal(): void {
    this.server.start()
    for (const topic of [...this.ofContexts, this.topics.plans])
      for (const log of this.server.partitions(topic)) this.server.moveLeader(log, 0)
    this.network.isolated.clear()
    this.network.deaf.clear()
    for (const { process } of this.alive()) {
      // Clocks are set right again: one that is too far off does not serve.
      process.jump(this.kernel.utc - process.now())
      process.resume()
    }
    for (const part of this.parts) part.heal?.()
  }

  /** Everything ends: nothing of it runs on. */
  close(): void {
    this.closing = true
    for (const { process } of this.running.values()) process.crash()
    this.kernel.close()
  }

  private cut(name: string, forMs: number, from: Set<SimProcess>, what: string): void {
    const process = this.processOf(name)
    if (!process) return
    this.kernel.say(name, () => `${what} for ${Math.round(forMs)} ms`)
    from.add(process)
    this.kernel.after(forMs, `join ${name}`, () => from.delete(process))
  }

  private launch(service: Service): void {
    const process = this.kernel.process(service.name)
    this.running.set(service.name, { service, process })
    process.jump(this.random.between(-300, 300))
    process.start(() => {
      this.kernel.say(service.name, () => 'starts')
      service.start({ process, kafka: this.kafkaFor(process), logger: saidLogger(process) })
    })
  }
}
