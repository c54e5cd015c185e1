export { leaseMs } from './controller/room-controller.js'
export { RoomReactors, type RoomReactorsOptions } from './room-reactors.js'
