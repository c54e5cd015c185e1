import { describe, jest } from '@jest/globals'
import { mariadbWorld } from './testing/mariadb-world.js'
import { storeContract } from './testing/store-contract.js'

// Long before this something hangs; how fast it is, nothing here says.
jest.setTimeout(60_000)

describe('MariaDB and its replica keep the contract', () => storeContract(mariadbWorld))
