// Prints what best-available decisions cost on this machine, as JSON: node --expose-gc domain/bench/best-available.js [seats] [rounds]
import { benchBestAvailable } from '../dist/bench/best-available.js'

const [seats = '50000', rounds = '5'] = process.argv.slice(2)

function usedBytes() {
  globalThis.gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const bench = benchBestAvailable({
  seats: Number(seats),
  rounds: Number(rounds),
  nowNs: () => Number(process.hrtime.bigint()),
  ...(globalThis.gc ? { usedBytes } : {}),
})
console.log(JSON.stringify(bench, null, 2))
