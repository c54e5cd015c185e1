export type * from './stack.js'
