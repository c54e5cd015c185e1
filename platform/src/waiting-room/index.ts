export { seedOf } from './draw-seed.js'
export { hashes } from './hashes.js'
