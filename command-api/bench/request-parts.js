// What parts of a request cost, as they were and as they are. `node command-api/bench/request-parts.js` (after a build)
import { createHmac, createSecretKey } from 'node:crypto'
import { systemClock, systemIds, systemTimers } from '@onsale/platform/ports'
import { v7 } from 'uuid'
import { commandIdOf } from '../dist/ingress/command-identity.js'
import { SharedTimeout } from '../dist/ingress/shared-timeout.js'

const bytes = Buffer.alloc(32, 3)
const key = createSecretKey(bytes)
const identity = { caller: 'customer-1', operation: 'HoldSeats', show: `1.${v7()}`, key: 'a-key-of-the-client' }
const shared = new SharedTimeout({ timers: systemTimers, clock: systemClock, answerWaitMs: 3_000 })
// Somebody always waits while there is load.
shared.start(() => {})

const microsEach = (work, times = 200_000) => {
  for (let n = 0; n < times / 10; n += 1) work()
  const before = process.cpuUsage()
  for (let n = 0; n < times; n += 1) work()
  const { user, system } = process.cpuUsage(before)
  return Number(((user + system) / times).toFixed(2))
}

const ownTimer = () => {
  const over = new AbortController()
  void systemTimers.sleep(3_000, over.signal)
  over.abort()
}

console.table({
  'command id (HMAC)': {
    'before, µs': microsEach(() => createHmac('sha256', bytes).update(identity.key).digest()),
    'now, µs': microsEach(() => commandIdOf(key, identity)),
  },
  'a limit to waiting': {
    'before, µs': microsEach(ownTimer),
    'now, µs': microsEach(() => shared.start(() => {}).cancel()),
  },
  'a UUID (three a request)': { 'before, µs': microsEach(() => v7()), 'now, µs': microsEach(() => systemIds.uuid()) },
})
process.exit()
