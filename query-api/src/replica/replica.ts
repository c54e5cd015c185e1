import { PositionedReads } from '@onsale/platform/read-model'
import type { Connection } from 'mysql2/promise'

/** The read models that are made from the shows' journal. */
export class Replica extends PositionedReads<Connection> {}

/** Those that are made from the waiting rooms' journal: other positions. */
export class RoomReplica extends PositionedReads<Connection> {}
