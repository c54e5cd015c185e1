import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common'
import type { z } from 'zod'
import { type FieldError, ProblemError } from './problem.js'

/** More than this tells nobody anything. */
const mostErrors = 100

/**
 * Validates with zod and answers 400 `invalid-input` with every field and the rule that it breaks. A message in
 * kebab-case that a schema states itself (`z.string().regex(…, 'show-id')`) is the rule.
 */
export function validated<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = parse(schema, value)
  if (result === null) {
    const errors = [{ field: 'body', rule: 'too-many-mistakes' }]
    throw new ProblemError(400, 'invalid-input', 'The input breaks a rule: see errors.', { errors })
  }
  if (result.success) return result.data
  const errors = result.error.issues.flatMap(fieldErrors).slice(0, mostErrors)
  throw new ProblemError(
    400,
    'invalid-input',
    `The input breaks ${errors.length === 1 ? 'a rule' : 'rules'}: see errors.`,
    {
      errors,
    },
  )
}

/** Null where there are so many mistakes (a hundred thousand) that zod's own lists of them overflow the stack. */
function parse<Schema extends z.ZodType>(schema: Schema, value: unknown) {
  try {
    return schema.safeParse(value, { reportInput: true })
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Validates what carries a zod schema: `@Body({ schema })`, `@Query({ schema })`. */
@Injectable()
export class ZodPipe implements PipeTransform {
  transform(value: unknown, { schema }: ArgumentMetadata): unknown {
    return schema ? validated(schema as unknown as z.ZodType, value) : value
  }
}

const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String)
  const at = (...more: string[]) => [...path, ...more].join('.') || 'body'
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ field: at(key), rule: 'unknown-field' }))
  if (issue.code === 'invalid_type' && issue.input === undefined) return [{ field: at(), rule: 'required' }]
  if (kebab.test(issue.message)) return [{ field: at(), rule: issue.message }]
  return [{ field: at(), rule: ruleOf(issue) }]
}

function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `not-${issue.expected === 'int' ? 'integer' : issue.expected}`
    case 'too_small':
      return `min-${issue.minimum}`
    case 'too_big':
      return `max-${issue.maximum}`
    case 'invalid_format':
      return issue.format === 'datetime' ? 'not-iso-8601' : 'format'
    case 'not_multiple_of':
      return `multiple-of-${issue.divisor}`
    case 'invalid_value':
      return `one-of-${issue.values.map(String).join('|')}`
    default:
      return 'invalid'
  }
}
