import { CommandIngress } from './command-ingress.js'

/** The ingress of waiting rooms: other topics, and an answer tail of its own. */
export class QueueIngress extends CommandIngress {}
