import { tableName } from '@onsale/projectors'
import { Kernel, Network } from '../../kernel/index.js'
import { SimReadModel, type SimRows, SimStore, SqlReplica, SqlServer } from '../index.js'
import { keyOf } from '../tables.js'
import type { StoreWorld } from './store-world.js'

/** As the columns of the real tables. */
const longest: Record<string, number> = { customer_id: 64 }

export function simWorld(seed = 1): StoreWorld & { kernel: Kernel; server: SqlServer; sqlReplica: SqlReplica } {
  const kernel = new Kernel({ seed })
  const network = new Network(kernel)
  const server = new SqlServer(kernel)
  server.fits = (_, row) =>
    Object.keys(longest).find((column) => String(row[column] ?? '').length > (longest[column] as number)) ?? null
  const sqlReplica = new SqlReplica(kernel, server)
  const link = { network, server }
  let processes = 0
  const process = () => kernel.process(`p${++processes}`)
  const world = process()
  return {
    ...{ kernel, server, sqlReplica },
    async run(work) {
      let settled = false
      const result = work().finally(() => {
        settled = true
      })
      await kernel.run(() => settled)
      return result
    },
    async pause() {
      await world.sleep(1)
    },
    store: () => new SimStore(link, process()),
    breakingStore(committed) {
      let breaks = 1
      const breaking = new Network(kernel)
      const call = breaking.call.bind(breaking)
      breaking.call = (options, work) => {
        if (options.name !== 'commit' || breaks-- <= 0) return call(options, work)
        breaking.faults = { ...breaking.faults, requestLost: committed ? 0 : 1, replyLost: committed ? 1 : 0 }
        const reply = call(options, work)
        breaking.faults = { ...breaking.faults, requestLost: 0, replyLost: 0 }
        return reply
      }
      return new SimStore({ network: breaking, server }, process())
    },
    impatientStore() {
      server.faults = { ...server.faults, idleMs: 1_000 }
      return new SimStore(link, process())
    },
    async endConnections() {
      server.crash()
      await world.sleep(5)
      server.restart()
    },
    replica: () => new SimReadModel(network, sqlReplica, process()),
    readRow:
      (rows) =>
      ({ name }, ...key) =>
        (rows as SimRows).get(tableName({ name }, 1), keyOf(key)),
    async holdReplica() {
      sqlReplica.stop()
      return async () => sqlReplica.resume()
    },
    async close() {},
  }
}
