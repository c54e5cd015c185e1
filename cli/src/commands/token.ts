import { Option } from 'commander'
import { CommandError, type Register } from '../command.js'
import { durationSeconds } from '../token/duration.js'

const roles = ['visitor', 'box-office', 'organizer', 'analyst', 'operator', 'admin']

const subject = (text: string) => {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(text)) throw new CommandError('--customer: 1 to 64 of A-Z, a-z, 0-9, _ and -', 2)
  return text
}

export const token: Register = (program) => {
  program
    .command('token')
    .description('an access token of this machine, until there is a login; prints nothing else')
    .requiredOption('--customer <id>', 'who it is for: an opaque id', subject)
    .addOption(new Option('--role <role...>', 'what they may do').choices(roles).default(['visitor']))
    .option('--ttl <duration>', 'how long it is valid: 15m, 1h, 7d', durationSeconds, 3_600)
    .action(async ({ customer, role, ttl }: { customer: string; role: string[]; ttl: number }) => {
      const { startedStack } = await import('../running-stack.js')
      const { TokenIssuer } = await import('../token/token-issuer.js')
      const issuer = await TokenIssuer.of(startedStack().connection)
      process.stdout.write(`${await issuer.issue({ subject: customer, roles: role, ttlSeconds: ttl })}\n`)
    })
}
