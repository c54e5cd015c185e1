import { createRequire } from 'node:module'
import kafkajs from 'kafkajs'

/**
 * kafkajs joins a group anew when a heartbeat is told that the group is being rebalanced, and has no other way of being told to. A member
 * that has something new to say of itself has to join again without leaving: what it has stays its own meanwhile.
 */
interface BrokerInternals {
  heartbeat(request: { memberId: string }): Promise<unknown>
}

const asked = new Set<string>()
const require = createRequire(import.meta.url)
const { prototype: broker } = require('kafkajs/src/broker/index.js') as { prototype: BrokerInternals }

const beat = broker.heartbeat
broker.heartbeat = async function beatOrJoinAgain(request) {
  if (!asked.delete(request.memberId)) return beat.call(this, request)
  throw new kafkajs.KafkaJSProtocolError(
    Object.assign(new Error('joining again'), { type: 'REBALANCE_IN_PROGRESS', code: 27, retriable: true }),
  )
}

/** The member joins its group again at its next heartbeat. */
export const joinAgain = (memberId: string): void => void asked.add(memberId)
