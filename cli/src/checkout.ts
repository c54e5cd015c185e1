import { resolve } from 'node:path'

/** The checkout that this program was built in. */
export const root = resolve(import.meta.dirname, '../..')

/** Everything that a running system leaves on the disk. */
export const stackDir = process.env.ONSALE_DIR ? resolve(process.env.ONSALE_DIR) : resolve(root, '.onsale')
