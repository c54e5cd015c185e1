/** Lets at most `most` pieces of work be under way; the others wait in the order in which they came. */
export class Turnstile {
  private readonly waiting: (() => void)[] = []
  private under = 0

  constructor(private readonly most: number) {}

  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.under >= this.most) await new Promise<void>((resolve) => this.waiting.push(resolve))
    else this.under += 1
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next) next()
      else this.under -= 1
    }
  }
}
