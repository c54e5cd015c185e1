export { SimReadModel, type SimRows } from './sim-read-model.js'
export { SimStore } from './sim-store.js'
export { SqlReplica } from './sql-replica.js'
export { SqlServer } from './sql-server.js'
