import { Inject, type Type } from '@nestjs/common'
import { Command, CommandHandler, type ICommand, type ICommandHandler } from '@nestjs/cqrs'
import type { Records } from '@onsale/schemas'
import type { CommandContext } from '../http/command-context.js'
import { type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { QueueIngress } from '../ingress/queue-ingress.js'

/** What a request comes to, once its input is known to be right. */
export interface Asked<Request> {
  showId: string
  request: Request
  context: CommandContext
}

export interface Handling<Name extends keyof Records, Accepting extends keyof Records, Request, Body> {
  command: Name
  data(asked: Asked<Request>): Records[Name] & { showId: string }
  /** What the key is bound to; the request where it is left out. */
  bodyOf?(asked: Asked<Request>): unknown
  /** The events that say yes. */
  accepting: Accepting | readonly Accepting[]
  body(event: Records[Accepting], asked: Asked<Request>): Body
}

export type Handler = Type<ICommandHandler<ICommand>>

const shortName = (recordName: string) => recordName.slice(recordName.lastIndexOf('.') + 1)

/** The command of a slice, and who handles it: appends it, waits, and makes the answer out of the event that accepts it. */
export function handled<Name extends keyof Records, Accepting extends keyof Records, Request, Body>({
  command,
  data,
  bodyOf,
  accepting,
  body,
}: Handling<Name, Accepting, Request, Body>): {
  operation: string
  toCommand(asked: Asked<Request>): Command<Outcome<Body>>
  handler: Handler
} {
  const operation = shortName(command)

  class SliceCommand extends Command<Outcome<Body>> {
    constructor(readonly asked: Asked<Request>) {
      super()
    }
  }

  @CommandHandler(SliceCommand)
  class SliceHandler implements ICommandHandler<SliceCommand> {
    constructor(@Inject(ingressOf(command)) private readonly ingress: CommandIngress) {}

    async execute({ asked }: SliceCommand): Promise<Outcome<Body>> {
      const { showId, request, context } = asked
      const submitted = await this.ingress.submit({
        name: command,
        data: data(asked),
        body: bodyOf ? bodyOf(asked) : request,
        identity: { caller: context.caller.id, operation, show: showId, key: context.idempotencyKey },
        context,
      })
      return outcomeOf(submitted, accepting, (event) => body(event, asked))
    }
  }

  called(SliceCommand, operation)
  called(SliceHandler, `${operation}Handler`)
  return { operation, toCommand: (asked) => new SliceCommand(asked), handler: SliceHandler }
}

/** Where commands of this record name go. */
const ingressOf = (command: keyof Records) => (command.startsWith('onsale.queue.') ? QueueIngress : CommandIngress)

/** For stack traces and Nest's own messages: the classes of every slice are made in one place. */
export const called = (made: object, name: string) => Object.defineProperty(made, 'name', { value: name })
