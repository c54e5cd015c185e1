import { PositionedReads } from '@onsale/platform/read-model'
import type { Connection } from 'mysql2/promise'

/** The read models of this service. */
export class Replica extends PositionedReads<Connection> {}
