interface Field {
  name: string
  type: unknown
  doc?: string
}

interface RecordSchema {
  type: 'record'
  name: string
  doc?: string
  fields: Field[]
}

const holds = new Set(['id', 'code', 'label', 'hash', 'currency'])

/** Names for people that are public anyway: the only text in the log that a person wrote. */
const labels = new Set(['ShowScheduled.title', 'ScheduleShow.title', 'PlanChunk.name'])

/** Words that only a direct identifier or a secret has in its name. */
const personal = new Set(
  'email mail phone mobile tel fax address street city zip postcode postal person firstname lastname surname fullname nickname username birthday birth gender ssn passport ip useragent device token password secret iban card cvc'.split(
    ' ',
  ),
)
const timeName = /(?:At|From|Until|Time|Deadline)$/
const moneyName = /price|amount|total|fee|fare|cost|refund|minor/i

/** What breaks the rules of the log's schemas, one line each: `<Record>.<field>: <rule>`. */
export function lintSchema(schema: object): string[] {
  const broken: string[] = []
  lintRecord(schema as RecordSchema, broken)
  return broken
}

function lintRecord(record: RecordSchema, broken: string[]): void {
  if (!record.doc) broken.push(`${record.name}: has no doc`)
  for (const field of record.fields) {
    const at = `${record.name}.${field.name}`
    const say = (rule: string) => broken.push(`${at}: ${rule}`)
    if (!field.doc) say('has no doc')
    const words = field.name.split(/(?=[A-Z])|[_-]/).map((word) => word.toLowerCase())
    const smelly = [field.name.toLowerCase(), ...words].find((word) => personal.has(word))
    if (smelly) say(`"${smelly}" smells of a direct identifier`)
    if (field.name === 'name' && !labels.has(at)) say('a name may be a person’s')
    const numeric = leafTypes(field.type).filter(isNumber)
    if (timeName.test(field.name) && !leafTypes(field.type).every(isInstant)) say('a time is a timestamp-millis long')
    if (numeric.length > 0 && moneyName.test(field.name) && !field.name.endsWith('Minor')) say('money ends in Minor')
    if (numeric.length > 0 && field.name.endsWith('Minor') && !numeric.every((type) => type === 'long'))
      say('money is a long')
    lintType(field.type, at, broken)
  }
}

function lintType(type: unknown, at: string, broken: string[]): void {
  if (Array.isArray(type)) {
    for (const branch of type) lintType(branch, at, broken)
  } else if (type === 'string') broken.push(`${at}: a string must say what it holds`)
  else if (type === 'float' || type === 'double') broken.push(`${at}: no floating point in the log`)
  else if (typeof type === 'object' && type !== null) lintComplex(type as Record<string, unknown>, at, broken)
}

function lintComplex(type: Record<string, unknown>, at: string, broken: string[]): void {
  switch (type.type) {
    case 'string':
      if (!holds.has(String(type.holds))) broken.push(`${at}: a string must say what it holds`)
      if (type.holds === 'label' && !labels.has(at)) broken.push(`${at}: labels are for listed fields only`)
      return
    case 'enum':
      broken.push(`${at}: open sets are strings, not enums`)
      return
    case 'record':
      lintRecord(type as unknown as RecordSchema, broken)
      return
    case 'array':
      // avsc's reader is bounded by a byte for each item.
      if (type.items === 'null') broken.push(`${at}: an array item takes at least a byte`)
      lintType(type.items, at, broken)
      return
    case 'map':
      broken.push(`${at}: map keys are strings that say nothing of what they hold`)
      return
    default:
      lintType(type.type, at, broken)
  }
}

/** The types of a field without null and without the arrays around them. */
function leafTypes(type: unknown): unknown[] {
  if (Array.isArray(type)) return type.filter((branch) => branch !== 'null').flatMap(leafTypes)
  if (typeof type === 'object' && type !== null && 'items' in type) return leafTypes(type.items)
  return [type]
}

const isNumber = (type: unknown) =>
  ['int', 'long', 'float', 'double'].includes(String((type as { type?: unknown })?.type ?? type))

const isInstant = (type: unknown) =>
  typeof type === 'object' &&
  type !== null &&
  (type as Record<string, unknown>).type === 'long' &&
  (type as Record<string, unknown>).logicalType === 'timestamp-millis'
