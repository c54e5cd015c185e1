export { customerField, entryField } from './entry-field.js'
export { isRedisAway, openRedis } from './open-redis.js'
export { ownKey, servingKey, type ViewPlace, versionPrefix, viewPrefix } from './view-keys.js'
export { ViewReader, type ViewScript, type ViewSnapshot } from './view-reader.js'
