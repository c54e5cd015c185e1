import { createRequire } from 'node:module'
import { systemClock } from '../../ports/system.js'
import { DraftBytes } from './draft-bytes.js'
import { decodeFetch } from './fetch-response.js'
import { encodeProduce, type ProduceFacts } from './produce-request.js'

/** The bytes of a request, as kafkajs takes them from its encoder. */
interface Encoded {
  buf: Buffer
  buffer: Buffer
}
/** An encoder of kafkajs's. */
interface Growing {
  buf: Buffer
  offset: number
  ensureAvailable(this: Growing, length: number): void
}
interface Call {
  request: { encode(): Promise<Encoded> }
  response: { decode(payload: Buffer): Promise<unknown>; parse(data: unknown): Promise<unknown> }
}
type Make<Facts> = (facts: Facts) => Call
interface Requests<Facts> {
  protocol(of: { version: number }): Make<Facts> | undefined
}

const require = createRequire(import.meta.url)
const produce = require('kafkajs/src/protocol/requests/produce/index.js') as Requests<
  ProduceFacts & { compression?: number }
>
const fetch = require('kafkajs/src/protocol/requests/fetch/index.js') as Requests<unknown>

const drafts = new DraftBytes()

/** Versions whose form is the one that we write. */
const producedVersions = new Set([3, 4, 5, 6, 7])
const fetchedVersion = 11
const largeBytes = 16 * 1024

/** kafkajs asks these for the code of a request: what it spends most of its time in, it gets from us. */
const itsProduce = produce.protocol
produce.protocol = ({ version }) => {
  const make = itsProduce({ version })
  if (!make || !producedVersions.has(version)) return make
  return (facts) => {
    const call = make(facts)
    if (facts.compression) return call
    const encode = async () => drafts.lent((memory) => encodeProduce(facts, systemClock.now(), memory))
    return { ...call, request: { ...call.request, encode } }
  }
}

/** It doubles its memory and fills it with zeros, twice for each request: what is large is given what it needs. */
const encoder = (require('kafkajs/src/protocol/encoder.js') as { prototype: Growing }).prototype
const itsGrowth = encoder.ensureAvailable
encoder.ensureAvailable = function (length) {
  const needed = this.offset + length
  if (needed < largeBytes) return itsGrowth.call(this, length)
  if (needed <= this.buf.length) return
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buf.length + (this.buf.length >> 2)))
  this.buf.copy(larger, 0, 0, this.offset)
  this.buf = larger
}

const itsFetch = fetch.protocol
fetch.protocol = ({ version }) => {
  const make = itsFetch({ version })
  if (!make || version !== fetchedVersion) return make
  return (facts) => {
    const call = make(facts)
    const { response } = call
    const decode = async (payload: Buffer) => decodeFetch(payload) ?? response.decode(payload)
    return { ...call, response: { ...response, decode } }
  }
}
