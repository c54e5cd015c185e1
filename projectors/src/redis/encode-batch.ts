import type { KeyBatch } from './key-batch.js'

/** A command as the apply script reads it. */
export interface Command {
  name: string
  key: string
  args: (string | number)[]
}

/** Keys and arguments of one run of the apply script, each key named once. */
export class ScriptCall {
  readonly keys: string[] = []
  private readonly numbers = new Map<string, number>()
  private readonly needs: number[] = []
  private readonly commands: (string | number)[] = []

  constructor(
    private readonly prefix: string,
    first: readonly string[],
  ) {
    for (const key of first) this.number(key)
  }

  need(key: string): void {
    this.needs.push(this.number(key))
  }

  add({ name, key, args }: Command): void {
    this.commands.push(name, this.number(key), args.length)
    for (const it of args) this.commands.push(it)
  }

  number(key: string): number {
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    this.keys.push(this.prefix + key)
    this.numbers.set(key, this.keys.length)
    return this.keys.length
  }

  args(guard: readonly (string | number)[]): (string | number)[] {
    return [...guard, this.needs.length, ...this.needs].concat(this.commands)
  }
}

/** The batch as commands, and the index of the version's keys after it. */
export function encodeBatch(batch: KeyBatch, index: string, call: ScriptCall): void {
  for (const key of batch.needs) call.need(key)
  const there = new Map<string, boolean>()
  for (const step of batch.steps) {
    if (step.change === 'MOVECELLS') {
      const args: number[] = []
      for (const { to, cells } of step.moves) {
        args.push(call.number(to), cells.length)
        for (const it of cells) {
          if (it) args.push(call.number(it.from), it.cell)
          else args.push(0, 0)
        }
        there.set(to, true)
      }
      call.add({ name: 'MOVECELLS', key: step.moves[0]?.to ?? index, args })
      continue
    }
    const { change, key, parts } = step
    if (change === 'ZMOVE') {
      there.set(step.to, true)
      call.add({ name: change, key, args: [call.number(step.to), ...parts.keys()] })
      continue
    }
    if (change === 'DEL') {
      there.set(key, false)
      call.add({ name: change, key, args: [] })
      continue
    }
    if (change === 'HDEL' || change === 'ZREM' || change === 'SREM') {
      call.add({ name: change, key, args: [...parts.keys()] })
      continue
    }
    if (change !== 'ZADDXX') there.set(key, true)
    const args: (string | number)[] = []
    for (const [part, value] of parts) {
      if (change === 'SADD') args.push(part)
      else if (change === 'ZADD' || change === 'ZADDXX') args.push(value, part)
      else args.push(part, value)
    }
    call.add({ name: change, key, args })
  }
  const named = (isThere: boolean) => [...there].filter(([, it]) => it === isThere).map(([key]) => key)
  const [came, went] = [named(true), named(false)]
  if (went.length > 0) call.add({ name: 'SREM', key: index, args: went })
  if (came.length > 0) call.add({ name: 'SADD', key: index, args: came })
}
