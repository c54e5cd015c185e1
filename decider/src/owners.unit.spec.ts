import { expect, test } from '@jest/globals'
import { Owners } from './owners.js'

class Owner {
  started = false
  stopped = false
  end: () => void = () => {}
  private readonly ended = new Promise<void>((resolve) => {
    this.end = resolve
  })

  start() {
    this.started = true
  }
  /** One that was not started ends at once. */
  stop() {
    this.stopped = true
    return this.started ? this.ended : Promise.resolve()
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a partition that comes and goes quickly has its next owner only when the one that served has ended', async () => {
  const opened: Owner[] = []
  const owners = new Owners(() => {
    const owner = new Owner()
    opened.push(owner)
    return owner
  })
  owners.assigned(0)
  await turn()
  owners.revoked(0)
  owners.assigned(0)
  await turn()
  owners.revoked(0)
  owners.assigned(0)
  await turn()
  expect(opened.map(({ started, stopped }) => [started, stopped])).toEqual([
    [true, true],
    [false, true],
    [false, false],
  ])
  expect([...owners]).toEqual([[0, opened[2]]])

  opened[0]?.end()
  await turn()
  expect(opened.map(({ started }) => started)).toEqual([true, false, true])
})
