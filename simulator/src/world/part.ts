import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { SimProcess } from '../kernel/index.js'
import type { World } from './world.js'

/** What a process of a service gets, and must use for everything. */
export interface ServiceContext {
  process: SimProcess
  kafka: Kafka
  logger: Logger
}

/** One process of the system. The world starts it, crashes it, pauses it, and starts another in its place. */
export interface Service {
  name: string
  start(context: ServiceContext): void
  /** The process has crashed. */
  crashed?(process: SimProcess): void
}

/** Something that goes wrong now and then. */
export interface Fault {
  name: string
  /** How often, against the others. */
  weight: number
  strike(): void
}

/** A side of the system with its services, what goes wrong with it, and what must hold of it. */
export interface WorldPart {
  services: Service[]
  faults?: Fault[]
  /** Undoes whatever lasts. */
  heal?(): void
  /** Every 500 steps: what costs next to nothing. */
  watch?(): void
  /** Every 1,000 commands. */
  check?(): void
  /** Once healed: nothing is left to do. */
  settled(): boolean
  /** Why not, in words. */
  unsettled?(): string
  /** Once settled: what must hold in the end. */
  finish(): void
}

/** `rush`: the world has a rush, and no more processes than it needs. */
export type PartFactory = (world: World, rush: boolean) => WorldPart
