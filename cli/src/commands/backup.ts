import { CommandError, type Register } from '../command.js'

interface BackupFlags {
  throttle?: number
  chunkBytes: number
  json?: boolean
}

export const backup: Register = (program) => {
  const verb = program
    .command('backup')
    .description(
      'the log, its schemas and what operators decided, to files, while the sale runs; the same command goes on with one that was cut off',
    )
    .argument('<dir>', 'an empty folder, or one with a backup that was begun')
    .option('--throttle <MiB>', 'a second at most', whole('--throttle', 1, 100_000))
    .option(
      '--chunk-bytes <bytes>',
      'size of a file, about',
      whole('--chunk-bytes', 1_024, 1_000_000_000),
      16 * 2 ** 20,
    )
    .option('--json', 'a JSON object a line')
    .action(async (dir: string, { throttle, chunkBytes, json = false }: BackupFlags) => {
      const { runBackup } = await import('../backup/run-backup.js')
      const { startedStack } = await import('../running-stack.js')
      const began = Date.now()
      await interruptible(async (signal) => {
        const options = { dir, chunkBytes, json, signal, throttle: throttle === undefined ? null : throttle * 2 ** 20 }
        const manifest = await runBackup(startedStack().connection, options)
        if (!manifest) return interrupted(json)
        const { records, bytes, takenAt } = manifest
        if (!json)
          say(
            `${records} records, ${(bytes / 2 ** 20).toFixed(1)} MiB, as of ${new Date(takenAt).toISOString()}, in ${dir} (${seconds(began)}); ./onsale backup verify ${dir}`,
          )
      })
    })

  verb
    .command('verify')
    .description('reads every file of a backup and recounts it; exit 1 names each that is damaged')
    .argument('<dir>')
    .option('--json', 'a JSON object a line')
    .action(async (dir: string, _: unknown, command: { optsWithGlobals(): { json?: boolean } }) => {
      const { json = false } = command.optsWithGlobals()
      const { verifyBackup } = await import('../backup/verify-backup.js')
      const began = Date.now()
      const { manifest, damaged } = await verifyBackup(dir, json)
      if (json) say(JSON.stringify({ step: 'verified', id: manifest.id, damaged }))
      else if (damaged.length === 0)
        say(`${manifest.records} records, all of them as they were written (${seconds(began)})`)
      if (damaged.length > 0) throw new CommandError(damaged.map(({ what }) => what).join('; '))
    })
}

/** Runs with a signal that Ctrl-C and SIGTERM abort. */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    await work(stopping.signal)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

export function interrupted(json: boolean): void {
  if (json) say(JSON.stringify({ step: 'interrupted' }))
  else say('interrupted: the same command goes on with it')
  process.exitCode = 130
}

export const seconds = (since: number): string => `${((Date.now() - since) / 1_000).toFixed(1)} s`

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function whole(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    if (!/^[0-9]{1,10}$/.test(text) || Number(text) < least || Number(text) > most)
      throw new CommandError(`${name}: a whole number from ${least} to ${most}, not ${text}`, 2)
    return Number(text)
  }
}
