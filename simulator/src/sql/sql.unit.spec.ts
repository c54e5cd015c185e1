import { describe } from '@jest/globals'
import { simWorld } from './testing/sim-world.js'
import { storeContract } from './testing/store-contract.js'

describe('the simulated SQL keeps the contract', () => storeContract(() => simWorld()))
