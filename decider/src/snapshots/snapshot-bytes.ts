import { createHash } from 'node:crypto'
import type { SnapshotPart } from '@onsale/domain'

/** A part is a frame: its kind, the length of its bytes (little-endian), its bytes. */
const frameHead = 5
const kinds = ['json', 'accepted', 'rejected'] as const
const pieceBytes = 512 * 1024

/**
 * Parts as bytes, in pieces of some hundreds of KiB; no frame is cut. Returns the fold hash: SHA-256 (hex) over all of them. `parts` is drawn
 * on as the pieces are, so that between two pieces others have their turn.
 */
export async function* toPieces(parts: Iterable<SnapshotPart>): AsyncGenerator<Buffer, string> {
  const hash = createHash('sha256')
  let frames: Buffer[] = []
  let bytes = 0
  for (const part of parts) {
    const frame = toFrame(part)
    hash.update(frame)
    frames.push(frame)
    bytes += frame.length
    if (bytes < pieceBytes) continue
    yield Buffer.concat(frames)
    frames = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(frames)
  return hash.digest('hex')
}

/** Reads pieces back, and hashes them. */
export class PieceReading {
  private readonly hash = createHash('sha256');

  *partsOf(piece: Buffer): Generator<SnapshotPart> {
    this.hash.update(piece)
    for (let at = 0; at < piece.length; ) {
      const kind = kinds[piece[at] as number]
      const end = at + frameHead + piece.readUInt32LE(at + 1)
      if (kind === undefined || end > piece.length) throw new Error('a frame that is none')
      const body = piece.subarray(at + frameHead, end)
      at = end
      if (kind === 'json') yield JSON.parse(body.toString('utf8')) as SnapshotPart
      else yield { part: 'keys', outcome: kind, words: wordsOf(body) }
    }
  }

  /** The hash of all the pieces read. */
  get foldHash(): string {
    return this.hash.copy().digest('hex')
  }
}

function toFrame(part: SnapshotPart): Buffer {
  const body = part.part === 'keys' ? bytesOf(part.words) : Buffer.from(JSON.stringify(part))
  const head = Buffer.alloc(frameHead)
  head[0] = kinds.indexOf(part.part === 'keys' ? part.outcome : 'json')
  head.writeUInt32LE(body.length, 1)
  return Buffer.concat([head, body])
}

function bytesOf(words: Uint32Array): Buffer {
  const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength)
  return littleEndian ? bytes : Buffer.from(bytes).swap32()
}

function wordsOf(body: Buffer): Uint32Array {
  // A copy, because words must begin at a multiple of four.
  const bytes = Buffer.from(Uint8Array.from(body).buffer)
  return new Uint32Array((littleEndian ? bytes : bytes.swap32()).buffer)
}

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1
