import { calmNetwork, type NetworkFaults, type SimProcess } from '../kernel/index.js'
import type { Fault } from './part.js'
import type { World } from './world.js'

/** How bad a time an episode is: chosen anew for each, so that some meet one kind of fault alone and some all of them. */
export interface Weather {
  /** Mean time between two faults, ms; Infinity: none. */
  everyMs: number
  /** Share of the faults that strike at all, by name. */
  kinds: ReadonlySet<string>
  network: NetworkFaults
}

/** What goes wrong with any process: it dies, stands still, is cut off, or its clock bends. */
export function processFaults(world: World): Fault[] {
  const { kernel, random } = world
  /** Nobody may be there: then nothing happens. */
  const toAnyone = (act: (one: { service: string; process: SimProcess }) => void) => () => {
    const alive = world.alive()
    if (alive.length > 0) act(random.pick(alive))
  }
  return [
    { name: 'crash', weight: 3, strike: toAnyone(({ service }) => world.crash(service, 50 + random.exponential(800))) },
    { name: 'pause', weight: 3, strike: toAnyone(({ service }) => world.pause(service, random.exponential(5_000))) },
    {
      name: 'cut off',
      weight: 2,
      strike: toAnyone(({ service }) => world.isolate(service, random.exponential(4_000))),
    },
    { name: 'deaf', weight: 2, strike: toAnyone(({ service }) => world.deafen(service, random.exponential(6_000))) },
    {
      name: 'clock',
      weight: 2,
      strike: toAnyone(({ service, process }) => {
        const off = process.now() - kernel.utc
        const to = random.between(-900, 900)
        kernel.count('clock', () => `its clock jumps by ${to - off} ms`, service)
        process.jump(to - off)
      }),
    },
    {
      name: 'bad network',
      weight: 3,
      strike() {
        const lost = random.pick([0, 0.02, 0.1])
        world.network.faults = { ...world.usualNetwork, requestLost: lost, replyLost: lost, slow: 0.05, slowMs: 200 }
        kernel.say('network', () => `is bad: ${lost * 100} % of the messages are lost`)
        kernel.after(random.exponential(1_500), 'network recovers', () => {
          world.network.faults = world.usualNetwork
        })
      },
    },
  ]
}

export function randomWeather(world: World, faults: readonly Fault[]): Weather {
  const { random } = world
  const some = random.chance(0.3) ? 1 : random.next()
  const kinds = new Set(faults.filter(() => random.chance(some)).map(({ name }) => name))
  const lost = random.pick([0, 0, 0.0005, 0.002])
  return {
    everyMs: random.pick([400, 800, 1_500, 3_000]),
    kinds,
    network: { ...calmNetwork, requestLost: lost, replyLost: lost, slow: random.pick([0, 0.001, 0.01]), slowMs: 30 },
  }
}

/** Strikes at random until the weather is called off. */
export class Storm {
  private over = false

  constructor(
    private readonly world: World,
    private readonly faults: readonly Fault[],
    private readonly weather: Weather,
  ) {}

  start(): void {
    this.world.usualNetwork = this.weather.network
    this.world.network.faults = this.weather.network
    this.next()
  }

  stop(): void {
    this.over = true
    this.world.usualNetwork = calmNetwork
    this.world.network.faults = calmNetwork
  }

  private next(): void {
    const { world, weather, faults } = this
    const able = faults.filter(({ name }) => weather.kinds.has(name))
    const total = able.reduce((sum, { weight }) => sum + weight, 0)
    if (total === 0) return
    world.kernel.after(world.random.exponential(weather.everyMs), 'fault', () => {
      if (this.over) return
      let at = world.random.next() * total
      const chosen = able.find(({ weight }) => {
        at -= weight
        return at < 0
      })
      chosen?.strike()
      this.next()
    })
  }
}
