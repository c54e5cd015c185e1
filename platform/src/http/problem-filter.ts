import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { AllowedMethods } from './allowed-methods.js'
import { ProblemError, problemMediaType, toProblem } from './problem.js'
import { problemOf } from './problem-of.js'

/** Answers every error as problem details; logs those that are ours (5xx that nobody stated), with their cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly methods: AllowedMethods = new AllowedMethods(),
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp()
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>())
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = this.refine(problemOf(error), request)
    if (problem.code === 'internal-error') {
      this.logger.error(
        { err: error, correlationId: request.id, method: request.method, path: pathOf(request) },
        'request failed',
      )
    }
    if (reply.sent) return
    void reply
      .status(problem.status)
      .headers({ ...problem.headers, 'content-type': problemMediaType, 'cache-control': 'no-store' })
      // As bytes: to text Fastify would add a charset, which this media type does not have.
      .send(Buffer.from(JSON.stringify(toProblem(problem, { correlationId: request.id, instance: pathOf(request) }))))
  }

  /** Fastify knows no 405: an address that other methods have is told apart from one that nobody has. */
  private refine(problem: ProblemError, request: FastifyRequest): ProblemError {
    if (problem.code !== 'route-not-found') return problem
    const allowed = this.methods.of(pathOf(request))
    if (allowed.length === 0 || allowed.includes(request.method)) return problem
    return new ProblemError(405, 'method-not-allowed', `This address takes ${allowed.join(', ')}.`, {
      headers: { allow: allowed.join(', ') },
    })
  }
}

const pathOf = (request: FastifyRequest) => request.url.split('?')[0] as string
