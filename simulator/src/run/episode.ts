import { type FaultCounts, Kernel, SeededRandom, Trace, type TraceLine, type Violation } from '../kernel/index.js'
import { type Crowd, Customer } from '../load/customer.js'
import { Organizer } from '../load/organizer.js'
import { RoomPart } from '../room/room-part.js'
import { processFaults, randomWeather, Storm } from '../world/faults.js'
import type { PartFactory } from '../world/part.js'
import { World } from '../world/world.js'
import { showContext } from '../write/show-context.js'
import { WritePart } from '../write/write-part.js'
import { isOfRooms, isRush } from './episode-list.js'
import { openRooms } from './room-people.js'

export interface EpisodeOptions {
  seed: string
  /** So many are decided, about. */
  commands: number
  /** Lines of the trace that are kept. */
  traced?: number
  /** These kinds of faults strike; those that the seed chooses, where it is absent. */
  kinds?: ReadonlySet<string>
  customers?: number
  parts?: PartFactory[]
}

export interface Episode {
  seed: string
  /** How many were asked for. */
  planned: number
  /** How many were decided. */
  commands: number
  accepted: number
  faults: FaultCounts
  violations: Violation[]
  hash: string
  steps: number
  simulatedMs: number
  /** Names of the kinds of faults that could strike. */
  kinds: string[]
  trace: TraceLine[]
}

/** A refused key is remembered for ten minutes; runs stay well below that. */
const longestMs = 400_000
const longestSettlingMs = 240_000
const checkEvery = 1_000
const watchEvery = 500

/** One world from its beginning to its end: load and faults, then calm, then what must hold. */
export async function runEpisode(options: EpisodeOptions): Promise<Episode> {
  const kernel = new Kernel({ seed: options.seed, trace: new Trace(options.traced ?? 0) })
  const world = new World(kernel)
  const { random } = world
  const rush = isRush(options.commands)
  const sizes = rush ? { deciders: 2, apis: 2 } : { deciders: random.between(2, 3), apis: random.between(1, 2) }
  const room = isOfRooms(options.seed) ? new RoomPart(world) : null
  const write = new WritePart(world, showContext(world, room?.admissionOf.bind(room)), sizes)
  world.add(write)
  const rooms = room?.command(write) ?? null
  if (!room) for (const part of options.parts ?? []) world.add(part(world, rush))
  const sides = rooms ? [write, rooms] : [write]
  const decided = () => {
    let sum = 0
    for (const side of sides) sum += side.decided
    return sum
  }

  const faults = [...processFaults(world), ...world.parts.flatMap((part) => part.faults ?? [])]
  const weather = randomWeather(world, faults)
  const kinds = options.kinds ?? weather.kinds
  const storm = new Storm(world, faults, { ...weather, kinds })

  let keys = 0
  const living = { clients: 0 }
  const wants = () => decided() < options.commands && kernel.now < longestMs && kernel.violations.length === 0
  const crowd: Crowd = {
    clients: write.clients,
    random: new SeededRandom('crowd', random.bits()),
    shows: [],
    thinkMs: random.pick([20, 60, 150]),
    wants,
    nextKey: () => `key-${++keys}`,
  }
  const enter = (someone: { live(): Promise<void> }) => {
    living.clients += 1
    write.clients.process.start(() => {
      void someone.live().finally(() => {
        living.clients -= 1
      })
    })
  }
  const terms = { perCustomerLimit: 6, holdMs: random.pick([2_000, 5_000, 12_000]), from: kernel.utc - 3_600_000 }
  const drawn = random.pick(rush ? [300, 500, 800] : [30, 80, 160])
  const customers = options.customers ?? drawn
  const people = { world, crowd, terms, customers, enter }
  if (room && rooms) openRooms(people, room, rooms.clients)
  else {
    const shows = Math.max(3, Math.round(customers / (rush ? 8 : 12)))
    const everyMs = random.pick(rush ? [80, 200, 400] : [100, 500, 2_000])
    // The shows of a rush are there soon, else it meets nothing but full halls.
    for (let n = 0; n < (rush ? 4 : 1); n++) enter(new Organizer(crowd, world.plans, terms, shows, everyMs))
    for (let n = 0; n < customers; n++) enter(new Customer(crowd, `customer-${n + 1}`))
  }
  storm.start()

  let checked = 0
  const watch = () => {
    if (kernel.steps % watchEvery === 0) for (const part of world.parts) part.watch?.()
  }
  await kernel.run(() => {
    watch()
    const now = decided()
    if (now >= checked + checkEvery) {
      checked = now
      for (const part of world.parts) part.check?.()
    }
    return !wants()
  })
  storm.stop()
  world.heal()
  const calmFrom = kernel.now
  const calm = () => living.clients === 0 && world.parts.every((part) => part.settled())
  await kernel.run(() => {
    watch()
    return kernel.violations.length > 0 || calm() || kernel.now > calmFrom + longestSettlingMs
  })
  if (kernel.violations.length === 0) {
    if (!calm()) {
      const why = world.parts.map((part) => part.unsettled?.() ?? '').join('; ')
      kernel.violate('settles', `after ${longestSettlingMs} ms of calm: ${living.clients} clients wait; ${why}`)
    } else for (const part of world.parts) part.finish()
  }
  const accepted = sides.reduce((sum, side) => sum + side.accepted, 0)
  kernel.trace.mix(decided())
  kernel.trace.mix(accepted)
  world.close()
  return {
    seed: options.seed,
    planned: options.commands,
    commands: decided(),
    accepted,
    faults: kernel.faults,
    violations: kernel.violations,
    hash: kernel.trace.hash,
    steps: kernel.steps,
    simulatedMs: kernel.now,
    kinds: [...kinds],
    trace: kernel.trace.last(),
  }
}
