/** Lets at most `most` pieces of work be under way; the others wait in the order in which they came. */
export function fewAtATime(most: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = []
  let under = 0
  return async (work) => {
    if (under >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else under += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else under -= 1
    }
  }
}
