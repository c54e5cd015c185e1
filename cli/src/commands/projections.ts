import { CommandError, type Register } from '../command.js'
import { operatorId } from '../parked/parked-name.js'
import type { ProjectionDesk } from '../projections/projection-desk.js'
import { durationSeconds } from '../token/duration.js'

interface StatusFlags {
  all?: boolean
  json?: boolean
  history?: boolean
}

interface RebuildFlags {
  revision?: number
  throttle?: number
  dryRun?: boolean
  detach?: boolean
  json?: boolean
  by: string
}

export const projections: Register = (program) => {
  const group = program
    .command('projections')
    .description('read models: see, rebuild, compare, switch, roll back, drop')
  const named = (verb: string, description: string) =>
    group.command(verb).description(description).argument('<projection>', 'as list names it')

  for (const verb of ['list', 'status'] as const) {
    const command = group
      .command(verb)
      .description(verb === 'list' ? 'the versions of every read model' : 'how far each is, by partition')
      .argument('[projection]', 'of this one alone')
      .option('--all', 'also those that were dropped')
      .option('--json', 'one JSON object')
    if (verb === 'status') command.option('--history', 'how the lag of each went in the last hour')
    command.action((projection: string | undefined, { all, json, history }: StatusFlags) =>
      atDesk(async (desk) => {
        const { historyTable, partitionTable, versionTable } = await import('../projections/show-versions.js')
        const found = (await desk.status(projection)).filter(({ state }) => all || state !== 'dropped')
        const went = history ? await desk.history(projection) : null
        const ahead = await desk.ahead(found)
        if (json) return say(JSON.stringify({ versions: found, ahead, ...(went ? { history: went } : {}) }))
        say(versionTable(found, Date.now()))
        if (verb === 'status') say(partitionTable(found))
        if (went) say(historyTable(went))
        for (const line of ahead) say(line)
      }),
    )
  }

  named('rebuild', 'a new version from the log, beside the one that is served')
    .option('--revision <number>', 'of the code; the newest where none is named', whole('--revision'))
    .option('--throttle <events>', 'a second at most', whole('--throttle'))
    .option('--dry-run', 'only say what would be done')
    .option('--detach', 'do not wait for it')
    .option('--by <id>', 'who asks', operatorId, 'local-operator')
    .option('--json', 'a JSON object a line')
    .action((projection: string, flags: RebuildFlags) => atDesk((desk) => rebuild(desk, projection, flags)))

  named('watch', 'the progress of the version that is being built')
    .option('--json', 'a JSON object a line')
    .action((projection: string, { json }: { json?: boolean }) =>
      atDesk(async (desk) => {
        const { follow } = await import('../projections/follow-rebuild.js')
        await follow(desk, projection, null, json ?? false)
      }),
    )

  named('pause', 'feed the version that is being built no further').action((projection: string) =>
    atDesk(async (desk) => {
      const { version } = await desk.pause(projection)
      say(`version ${version} of ${projection} is paused; resume goes on where it is`)
    }),
  )

  named('resume', 'go on building, where it was')
    .option('--throttle <events>', 'a second at most; 0: as fast as may be', whole('--throttle', 0))
    .action((projection: string, { throttle }: { throttle?: number }) =>
      atDesk(async (desk) => {
        const { version } = await desk.resume(projection, throttle === 0 ? null : throttle)
        say(`version ${version} of ${projection} is being built`)
      }),
    )

  named('cancel', 'throw the version away that is being built').action((projection: string) =>
    atDesk(async (desk) => say(`version ${await desk.cancel(projection)} of ${projection} is gone`)),
  )

  named('diff', 'compare a version with the one that is served; exit 1 where they differ')
    .option('--version <number>', 'which; the one that is being built, or the one before', whole('--version'))
    .option('--wait <duration>', 'how long copies that move may take to meet', durationSeconds, 20)
    .option('--json', 'one JSON object')
    .action((projection: string, { version, wait, json }: { version?: number; wait: number; json?: boolean }) =>
      atDesk(async (desk) => {
        const { comparisonText } = await import('../projections/show-versions.js')
        const options = { patienceMs: wait * 1_000, streams: 5, rows: 10 }
        const found = await desk.compare(projection, version ?? null, options)
        say(json ? JSON.stringify(found) : comparisonText(projection, found))
        if (found.different.length + found.unsettled.length > 0) process.exitCode = 1
      }),
    )

  named('switch', 'show readers the version that was built, from one moment to the next')
    .option('--version <number>', 'which; the one that is being built', whole('--version'))
    .option('--despite-parked', 'also where streams are parked in it')
    .option('--wait <duration>', 'how long it may take to catch up', durationSeconds, 10)
    .option('--by <id>', 'who decides', operatorId, 'local-operator')
    .action((projection: string, { version, despiteParked, wait, by }: SwitchFlags) =>
      atDesk(async (desk) => {
        const request = { by, patienceMs: wait * 1_000, despiteParked: despiteParked ?? false }
        const { from, to } = await desk.switchTo(projection, version ?? null, request)
        say(
          `readers of ${projection} are shown version ${to}; version ${from} is kept and fed: rollback goes back to it`,
        )
      }),
    )

  named('rollback', 'show readers the version before again')
    .option('--wait <duration>', 'how long it may take to catch up', durationSeconds, 10)
    .option('--by <id>', 'who decides', operatorId, 'local-operator')
    .action((projection: string, { wait, by }: { wait: number; by: string }) =>
      atDesk(async (desk) => {
        const request = { by, patienceMs: wait * 1_000, despiteParked: true }
        const { from, to } = await desk.switchTo(projection, 'previous', request)
        say(`readers of ${projection} are shown version ${to} again; version ${from} is kept and fed`)
      }),
    )

  named('drop', 'throw away a version that is not served')
    .argument('<version>', 'its number', whole('version'))
    .action((projection: string, version: number) =>
      atDesk(async (desk) => say(`version ${await desk.drop(projection, version)} of ${projection} is gone`)),
    )
}

interface SwitchFlags {
  version?: number
  despiteParked?: boolean
  wait: number
  by: string
}

async function rebuild(desk: ProjectionDesk, projection: string, flags: RebuildFlags): Promise<void> {
  const { revision = null, throttle = null, json = false } = flags
  if (flags.dryRun) {
    const plan = await desk.plan(projection, revision)
    const [serving] = (await desk.status(projection)).filter((it) => it.serving)
    const records = serving?.progress.total ?? 0
    if (json) return say(JSON.stringify({ dryRun: true, ...plan, records }))
    say(`would build version ${plan.version} of ${projection} (revision ${plan.revision}) in ${plan.tables.join(', ')}`)
    say(`from ${records} records of the log, beside version ${plan.servingVersion}, which readers go on to be shown`)
    return say('nothing was done')
  }
  const plan = await desk.rebuild(projection, revision, throttle, flags.by)
  if (flags.detach)
    return say(
      json
        ? JSON.stringify(plan)
        : `version ${plan.version} of ${projection} is being built; projections watch ${projection}`,
    )
  const { follow } = await import('../projections/follow-rebuild.js')
  await follow(desk, projection, plan.version, json)
}

async function atDesk(work: (desk: ProjectionDesk) => Promise<void>): Promise<void> {
  const { ProjectionDesk } = await import('../projections/projection-desk.js')
  const { startedStack } = await import('../running-stack.js')
  const desk = await ProjectionDesk.open(startedStack().connection)
  try {
    await work(desk)
  } finally {
    await desk.close()
  }
}

const whole =
  (name: string, least = 1) =>
  (text: string): number => {
    if (!/^[0-9]{1,9}$/.test(text) || Number(text) < least)
      throw new CommandError(`${name}: a whole number from ${least}, not ${text}`, 2)
    return Number(text)
  }

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
