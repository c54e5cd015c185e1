import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'

const bundleSchema = z.record(
  z.string().regex(/^[1-9][0-9]{0,9}$/),
  z.strictObject({
    subject: z.string(),
    version: z.int().positive(),
    /** SHA-256 (hex) of the canonical form. */
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
    schema: z.looseObject({ type: z.literal('record'), name: z.string(), namespace: z.string().optional() }),
  }),
)

/** Registry id → schema: every id that any record of the log may carry. With it a lost registry is an inconvenience. */
export type SchemaBundle = z.infer<typeof bundleSchema>
export type BundledSchema = SchemaBundle[string]

/** @returns null where there is no such file */
export async function readBundle(file: string): Promise<SchemaBundle | null> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  return parseBundle(file, text)
}

/** @throws an Error that names the file */
export function parseBundle(file: string, text: string): SchemaBundle {
  try {
    return bundleSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new Error(`${file} is not a schema bundle: ${(error as Error).message}`, { cause: error })
  }
}

/** Whole or not at all. */
export async function writeBundle(file: string, bundle: SchemaBundle): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(bundle, null, 2)}\n`)
  await rename(`${file}.new`, file)
}
