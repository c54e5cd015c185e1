import Table from 'cli-table3'
import type { Register } from '../command.js'
import { exitCodeOf } from '../doctor/finding.js'

export const doctor: Register = (program) => {
  program
    .command('doctor')
    .description('looks at the whole system and says what to do; exit 0 healthy, 1 warnings, 3 critical')
    .option('--json', 'one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const { openPatient } = await import('../doctor/open-patient.js')
      const { examine } = await import('../doctor/examine.js')
      const { startedStack } = await import('../running-stack.js')
      const { patient, close } = await openPatient(startedStack())
      try {
        const findings = await examine(patient)
        if (json) process.stdout.write(`${JSON.stringify({ findings })}\n`)
        else {
          const table = new Table({
            head: ['check', '', 'finding', 'what to do'],
            style: { head: [], border: [], compact: true },
            wordWrap: true,
            colWidths: [19, 10, 60, 50],
          })
          for (const { check, severity, finding, advice } of findings) table.push([check, severity, finding, advice])
          process.stdout.write(`${table.toString()}\n`)
          const count = (wanted: string) => findings.filter(({ severity }) => severity === wanted).length
          process.stdout.write(`${count('critical')} critical, ${count('warning')} warnings\n`)
        }
        process.exitCode = exitCodeOf(findings)
      } finally {
        await close()
      }
    })
}
