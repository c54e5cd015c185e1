import { createRequire } from 'node:module'
import { expect, test } from '@jest/globals'
import './kafka.js'

const require = createRequire(import.meta.url)
const RequestQueue = require('kafkajs/src/network/requestQueue/index.js') as new (
  options: object,
) => {
  pending: unknown[]
  throttleCheckTimeoutId: unknown
  scheduleCheckPendingRequests(): void
  destroy(): void
}
const silent = { debug() {}, warn() {} }

test('a connection with nothing pending has no timer that wakes it up', () => {
  const queue = new RequestQueue({ clientId: 'c', broker: 'b', logger: silent, requestTimeout: 1_000 })
  queue.scheduleCheckPendingRequests()
  expect(queue.throttleCheckTimeoutId).toBeNull()
})

test('one with something pending has', () => {
  const queue = new RequestQueue({ clientId: 'c', broker: 'b', logger: silent, requestTimeout: 1_000 })
  queue.pending.push({})
  queue.scheduleCheckPendingRequests()
  expect(queue.throttleCheckTimeoutId).not.toBeNull()
  queue.destroy()
})
