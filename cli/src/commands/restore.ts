import { CommandError, type Register } from '../command.js'
import { interrupted, interruptible, say, seconds } from './backup.js'

interface RestoreFlags {
  json?: boolean
  otherSecret?: boolean
}

export const restore: Register = (program) => {
  program
    .command('restore')
    .description(
      'a backup onto an empty system: every record at its offset, with its time; the same command goes on where it was cut off',
    )
    .argument('<dir>', 'a whole backup')
    .option(
      '--other-secret',
      'although the secrets are not those of the backup: repeated requests are not recognised, announced draws cannot be held',
    )
    .option('--json', 'a JSON object a line')
    .action(async (dir: string, { json = false, otherSecret = false }: RestoreFlags) => {
      const began = Date.now()
      const { verifyBackup } = await import('../backup/verify-backup.js')
      const { manifest, damaged } = await verifyBackup(dir, json)
      if (damaged.length > 0) throw new CommandError(damaged.map(({ what }) => what).join('; '))
      const { servers } = await import('../backup/servers-alone.js')
      const stack = await servers(manifest.env)
      const { runRestore } = await import('../backup/run-restore.js')
      await interruptible(async (signal) => {
        const decisions = await runRestore(stack.connection, { dir, manifest, json, otherSecret, signal })
        if (!decisions) return interrupted(json)
        const { dropped } = decisions
        if (json) return say(JSON.stringify({ step: 'restored', records: manifest.records, dropped }))
        say(
          `${manifest.records} records are back, as of ${new Date(manifest.takenAt).toISOString()} (${seconds(began)}); ./onsale up`,
        )
        for (const { projection, topic, partition, offset, stream, by, why } of dropped)
          say(
            `${projection} will park ${stream} again at ${topic}/${partition}/${offset}: ./onsale parked drop ${stream} --projection ${projection} --offset ${offset} --why ${why} --by ${by}`,
          )
      })
    })
}
