/** When each key was answered, in order: how long it went without an answer is asked afterwards. */
export class Timeline {
  private readonly at = new Map<string, number[]>()

  add(key: string, at: number): void {
    const times = this.at.get(key)
    if (times) times.push(at)
    else this.at.set(key, [at])
  }

  last(key: string): number | null {
    return this.at.get(key)?.at(-1) ?? null
  }

  /** The longest time without an answer of one of the keys that is wholly or partly between `from` and `to`. */
  worstGap(keys: readonly string[], from: number, to: number): number {
    return Math.max(0, ...keys.map((key) => this.gap(this.at.get(key) ?? [], from, to)))
  }

  private gap(times: readonly number[], from: number, to: number): number {
    let worst = 0
    let before = from
    for (let at = firstAfter(times, from) - 1; at < times.length; at += 1) {
      const time = times[at]
      if (time === undefined) continue
      if (time > from) worst = Math.max(worst, time - before)
      before = time
      if (time > to) return worst
    }
    return Math.max(worst, to - before)
  }
}

/** Index of the first that is greater. */
function firstAfter(times: readonly number[], than: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] as number) > than) high = middle
    else low = middle + 1
  }
  return low
}
