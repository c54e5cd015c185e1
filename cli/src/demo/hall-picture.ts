import type { Plan } from '@onsale/domain'

export type SeatStatus = 'free' | 'held' | 'sold'

/** 256-colour codes. Where several seats share a dot, the busiest wins: that is where something happens. */
const colour: Record<SeatStatus, number> = { free: 239, held: 220, sold: 71 }
const rank: Record<SeatStatus, number> = { free: 1, sold: 2, held: 3 }

/** Draws a hall with two dots a character (upper and lower half block), each dot one or a few seats. */
export class HallPicture {
  private readonly dots: { seat: string; at: number }[]
  private readonly columns: number
  private readonly lines: number

  /** At most `columns` × `lines` characters, in the hall's own proportions. */
  constructor(plan: Plan, { columns, lines }: { columns: number; lines: number }) {
    const seats = plan.sections.flatMap(({ rows }) => rows.flatMap((row) => row.seats))
    const xs = seats.map(({ x }) => x)
    const ys = seats.map(({ y }) => y)
    const left = least(xs)
    const top = least(ys)
    const width = Math.max(-least(xs.map((x) => -x)) - left, 1e-9)
    const height = Math.max(-least(ys.map((y) => -y)) - top, 1e-9)
    const scale = Math.min((columns - 1) / width, (lines * 2 - 1) / height)
    this.columns = Math.min(columns, Math.round(width * scale) + 1)
    this.lines = Math.min(lines, Math.ceil((Math.round(height * scale) + 1) / 2))
    this.dots = seats.map(({ id, x, y }) => ({
      seat: id,
      at: Math.round((y - top) * scale) * this.columns + Math.round((x - left) * scale),
    }))
  }

  draw(statusOf: (seat: string) => SeatStatus): string[] {
    const dots = new Map<number, SeatStatus>()
    for (const { seat, at } of this.dots) {
      const status = statusOf(seat)
      const there = dots.get(at)
      if (!there || rank[status] > rank[there]) dots.set(at, status)
    }
    return Array.from({ length: this.lines }, (_, line) => {
      let text = ''
      for (let column = 0; column < this.columns; column += 1) {
        const upper = dots.get(line * 2 * this.columns + column)
        const lower = dots.get((line * 2 + 1) * this.columns + column)
        text += cell(upper, lower)
      }
      return text
    })
  }
}

function cell(upper: SeatStatus | undefined, lower: SeatStatus | undefined): string {
  if (!upper && !lower) return ' '
  if (upper && lower) return `\u001b[38;5;${colour[upper]};48;5;${colour[lower]}m▀\u001b[0m`
  return `\u001b[38;5;${colour[(upper ?? lower) as SeatStatus]}m${upper ? '▀' : '▄'}\u001b[0m`
}

const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)

export const pictureSize = (out: NodeJS.WriteStream) => ({
  columns: Math.max(20, Math.min(out.columns - 1, 100)),
  lines: Math.max(8, Math.min(out.rows - 8, 40)),
})
