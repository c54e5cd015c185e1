/** With its keys sorted at every depth: an event that was decided and one that was decoded name theirs in different orders. */
export function inOrder<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(inOrder) as Value
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([, of]) => of !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, of]) => [key, inOrder(of)])) as Value
}
