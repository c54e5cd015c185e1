/** A place in a topic: the answer and all before it are there once everything up to and including `offset` is. */
export interface Position {
  topic: string
  partition: number
  offset: number
}

const version = 1
const headBytes = 13
const topicPattern = /^[a-zA-Z0-9._-]{1,249}$/

/** The opaque token of a position: base64url of version, partition, offset, topic. */
export function encodePosition({ topic, partition, offset }: Position): string {
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(version, 0)
  head.writeUInt32BE(partition, 1)
  head.writeBigUInt64BE(BigInt(offset), 5)
  return Buffer.concat([head, Buffer.from(topic, 'latin1')]).toString('base64url')
}

/** @returns null for anything that encodePosition did not make */
export function decodePosition(token: string): Position | null {
  if (token.length > 400) return null
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length <= headBytes || bytes[0] !== version || bytes.toString('base64url') !== token) return null
  const offset = Number(bytes.readBigUInt64BE(5))
  const topic = bytes.toString('latin1', headBytes)
  if (!Number.isSafeInteger(offset) || !topicPattern.test(topic)) return null
  return { topic, partition: bytes.readUInt32BE(1), offset }
}
