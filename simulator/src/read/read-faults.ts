import { projections } from '@onsale/projectors'
import type { Fault } from '../world/part.js'
import type { World } from '../world/world.js'
import type { ReadPart } from './read-part.js'

/** What goes wrong with the database, its replica, and releases of the projectors. */
export function readFaults(world: World, part: ReadPart, projectors: readonly string[]): Fault[] {
  const { kernel, random } = world
  const { server, replica } = part
  const later = (meanMs: number, what: string, run: () => void) => kernel.after(random.exponential(meanMs), what, run)
  return [
    {
      name: 'sql restart',
      weight: 2,
      strike() {
        if (!server.up) return
        kernel.count('crash', () => 'restarts; what was not committed is gone', server.name)
        server.crash()
        later(300, 'sql is back', () => server.restart())
      },
    },
    {
      name: 'replica restart',
      weight: 1,
      strike() {
        if (!replica.up) return
        kernel.count('crash', () => 'restarts', replica.name)
        replica.crash()
        later(300, 'the replica is back', () => replica.restart())
      },
    },
    {
      name: 'replica stops',
      weight: 2,
      strike() {
        if (!replica.running) return
        replica.stop()
        later(2_000, 'the replica goes on', () => replica.resume())
      },
    },
    {
      name: 'replica lag',
      weight: 2,
      strike() {
        replica.faults = { lagMs: random.pick([20, 100, 400]) }
        kernel.say(replica.name, () => `is ${replica.faults.lagMs} ms behind`)
        later(3_000, 'the replica is fast again', () => {
          replica.faults = { lagMs: 2 }
        })
      },
    },
    {
      name: 'deadlocks',
      weight: 2,
      strike() {
        server.faults = { ...server.faults, deadlock: random.pick([0.02, 0.2]) }
        kernel.say(server.name, () => `ends ${server.faults.deadlock * 100} % of the statements by deadlock`)
        later(1_500, 'no more deadlocks', () => {
          server.faults = { ...server.faults, deadlock: 0 }
        })
      },
    },
    {
      name: 'bad release',
      weight: 1,
      strike() {
        if (part.mistake) return
        const projection = random.pick(projections).name
        part.mistake = { projection, percent: random.pick([1, 5]), salt: random.bits() }
        part.planted.mistakes += 1
        const [first] = projectors
        kernel.say('release', () => `of the projectors: ${projection} fails on some events`)
        world.crash(random.chance(0.5) ? random.pick(projectors) : (first as string), 5)
        later(3_000, 'good release', () => {
          part.mistake = null
          for (const name of projectors) world.crash(name, 5)
          later(500, 'operator redrives', () => part.redrive())
        })
      },
    },
    {
      name: 'rows refused',
      weight: 1,
      strike() {
        const of = random.pick(['reservations_v1', 'command_status_v1'])
        const digit = random.pick(['1', '5', '9'])
        const column = of === 'reservations_v1' ? 'customer_id' : 'caller_id'
        part.planted.refusals += 1
        kernel.say(server.name, () => `takes no row of ${of} with a ${column} that ends in ${digit}`)
        // A refusal of a command is of no stream, and would rightly stop the projection.
        server.fits = (table, row) =>
          table === of && row.outcome !== 'rejected' && String(row[column]).endsWith(`-${digit}`) ? column : null
        later(2_000, 'rows fit again', () => {
          server.fits = () => null
          later(500, 'operator redrives', () => part.redrive())
        })
      },
    },
  ]
}
