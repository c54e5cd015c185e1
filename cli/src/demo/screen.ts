import type { HallPicture, SeatStatus } from './hall-picture.js'
import type { Statistics } from './statistics.js'

export interface Scene {
  statusOf(seat: string): SeatStatus
  /** One line. */
  counts: string
}

export interface SaleScene {
  hall: { capacity: number; free: number; held: number; sold: number }
  statistics: Statistics
  /** Buyers who have left, of how many. */
  gone: number
  buyers: number
}

const redrawMs = 200
const lineEveryMs = 2_000

/** Shows the sale while it runs: a picture on a terminal, a line every two seconds elsewhere. */
export class Screen {
  private drawn = 0
  private timer: NodeJS.Timeout | null = null
  private readonly notes: string[] = []

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly picture: HallPicture | null,
  ) {}

  show(scene: () => Scene): void {
    const every = this.picture ? redrawMs : lineEveryMs
    this.timer = setInterval(() => this.draw(scene()), every)
  }

  note(line: string): void {
    if (this.picture && this.timer) this.notes.push(line)
    else this.out.write(`${line}\n`)
  }

  end(scene: Scene): void {
    if (this.timer) clearInterval(this.timer)
    this.draw(scene)
    this.timer = null
  }

  private draw(scene: Scene): void {
    if (!this.picture) {
      this.out.write(`${scene.counts}\n`)
      return
    }
    // A line that wraps would make the next picture start too low.
    const text = ['', scene.counts, ...this.notes.slice(-4)].map((line) => line.slice(0, this.out.columns - 1))
    const lines = [...this.picture.draw(scene.statusOf), ...text]
    const up = this.drawn > 0 ? `\u001b[${this.drawn}A` : ''
    this.out.write(`${up}${lines.map((line) => `\u001b[2K${line}`).join('\n')}\n\u001b[0J`)
    this.drawn = lines.length
  }
}

export function saleCounts({ hall, statistics, gone, buyers }: SaleScene): string {
  const { free, held, sold, capacity } = hall
  const now = performance.now()
  return (
    `free ${free}  held ${held}  sold ${sold} of ${capacity} | buyers ${gone}/${buyers} done | ` +
    `reserves ${statistics.reserves}, ${statistics.lately(now)}/s, ` +
    `p50 ${statistics.percentileMs(50).toFixed(0)} ms, p99 ${statistics.percentileMs(99).toFixed(0)} ms`
  )
}
