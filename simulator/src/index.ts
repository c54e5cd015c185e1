export * from './kafka/index.js'
export * from './kernel/index.js'
