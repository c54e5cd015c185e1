import type { Random } from '@onsale/platform/ports'

/** A seeded generator (sfc32): the same seed gives the same numbers for ever. */
export class SeededRandom implements Random {
  private a = 0
  private b = 0
  private c = 0
  private counter = 1

  /** Texts and numbers that differ at all give streams that have nothing in common. */
  constructor(...seed: (string | number)[]) {
    const text = seed.join('\0')
    this.a = hashText(text, 0x9e3779b9)
    this.b = hashText(text, 0x243f6a88)
    this.c = hashText(text, 0xb7e15162)
    for (let n = 0; n < 15; n++) this.bits()
  }

  /** 32 bits, unsigned. */
  bits(): number {
    const sum = (this.a + this.b + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum
    this.c |= 0
    return sum >>> 0
  }

  next(): number {
    return this.bits() / 2 ** 32
  }

  /** A whole number from 0 to `below` - 1. */
  below(below: number): number {
    return Math.floor(this.next() * below)
  }

  /** A whole number, both ends included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }

  /** Of an exponential distribution. */
  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean
  }
}

/** FNV-1a with a seed, finished as in MurmurHash3. */
export function hashText(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
