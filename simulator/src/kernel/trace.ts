import { hashText } from './random.js'

export interface TraceLine {
  /** Simulated ms since the run began. */
  at: number
  who: string
  what: string
}

/**
 * What happened: a running hash over every step, and the last lines in words. Lines are kept only where somebody may want
 * to read them; the hash takes them in either way.
 */
export class Trace {
  private high = 0x6a09e667
  private low = 0xbb67ae85
  private readonly labels = new Map<string, number>()
  private readonly lines: (TraceLine | undefined)[]
  private count = 0

  /** `kept`: so many lines are remembered. */
  constructor(private readonly kept = 0) {
    this.lines = new Array<TraceLine | undefined>(kept)
  }

  get keeps(): boolean {
    return this.kept > 0
  }

  /** Takes a step into the hash. */
  step(at: number, label: string): void {
    this.mix(Math.round(at * 1000))
    this.mix(this.codeOf(label))
  }

  /** Takes numbers into the hash: offsets, counts. */
  mix(value: number): void {
    this.low = Math.imul(this.low ^ value, 0x01000193) ^ (this.low >>> 15)
    this.high = Math.imul(this.high ^ this.low ^ Math.floor(value / 2 ** 32), 0x85ebca6b) ^ (this.high >>> 13)
  }

  mixText(text: string): void {
    this.mix(hashText(text, 7))
  }

  /** A line in the domain's words. `what` is only called where lines are kept. */
  say(at: number, who: string, what: () => string): void {
    if (this.kept === 0) return
    this.lines[this.count % this.kept] = { at, who, what: what() }
    this.count += 1
  }

  /** The last lines, oldest first. */
  last(): TraceLine[] {
    const from = Math.max(0, this.count - this.kept)
    return Array.from({ length: this.count - from }, (_, n) => this.lines[(from + n) % this.kept] as TraceLine)
  }

  /** 16 hex digits. */
  get hash(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0')
    return hex(this.high) + hex(this.low)
  }

  private codeOf(label: string): number {
    let code = this.labels.get(label)
    if (code === undefined) {
      code = hashText(label, 3)
      this.labels.set(label, code)
    }
    return code
  }
}
