export { type Absent, type Presence, PresenceReader } from './presence-reader.js'
export { PresenceWriter } from './presence-writer.js'
