import { SingleBar } from 'cli-progress'

export interface ProgressLine {
  step: string
  done: number
  total: number
  bytes: number
  /** Bytes a second since the step began. */
  bytesPerSecond: number | null
  etaSeconds: number | null
}

const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`

/** How far a long step is: a bar on a terminal, a line a second elsewhere, with `json` ten objects a second. */
export class Progress {
  private readonly began = Date.now()
  private before = { done: 0, bytes: 0 }
  private done = 0
  private bytes = 0
  private last = 0
  private bar: SingleBar | null = null

  constructor(
    private readonly step: string,
    private readonly total: number,
    private readonly json: boolean,
  ) {}

  /** What was there already does not count for the rate. */
  found(done: number, bytes: number): void {
    this.before = { done: this.before.done + done, bytes: this.before.bytes + bytes }
    this.add(done, bytes)
  }

  add(done: number, bytes: number): void {
    this.done += done
    this.bytes += bytes
    if (Date.now() - this.last >= (this.bar || this.json ? 100 : 1_000)) this.show()
  }

  end(): void {
    this.show()
    this.bar?.stop()
    this.bar = null
  }

  private line(): ProgressLine {
    const seconds = (Date.now() - this.began) / 1_000
    const own = this.done - this.before.done
    return {
      step: this.step,
      done: this.done,
      total: this.total,
      bytes: this.bytes,
      bytesPerSecond: seconds > 0 ? Math.round((this.bytes - this.before.bytes) / seconds) : null,
      etaSeconds: own > 0 ? Math.ceil(((this.total - this.done) * seconds) / own) : null,
    }
  }

  private show(): void {
    this.last = Date.now()
    const line = this.line()
    if (this.json) return void process.stdout.write(`${JSON.stringify(line)}\n`)
    const rate = `${mib(line.bytes)}, ${mib(line.bytesPerSecond ?? 0)}/s`
    const eta = line.etaSeconds === null ? '?' : `${line.etaSeconds} s`
    if (!process.stderr.isTTY) {
      const percent = line.total === 0 ? 100 : Math.floor((line.done / line.total) * 100)
      process.stdout.write(`${line.step}: ${percent} %, ${line.done} of ${line.total} offsets, ${rate}, eta ${eta}\n`)
      return
    }
    if (!this.bar) {
      const format = '{step} {bar} {percentage}% {value}/{total} {rate} eta {left}'
      this.bar = new SingleBar({ format, stream: process.stderr, hideCursor: true })
      this.bar.start(Math.max(1, line.total), 0, { step: line.step, rate, left: eta })
    }
    this.bar.update(line.done, { step: line.step, rate, left: eta })
  }
}
