/** Categories of the plan with the prices of the show; null where a category has none. */
export function priced<Category extends { id: string }>(row: {
  categories: string
  prices: string
}): (Category & { priceMinor: number | null })[] {
  const prices = new Map(
    (JSON.parse(row.prices) as { category: string; priceMinor: number }[]).map((it) => [it.category, it.priceMinor]),
  )
  return (JSON.parse(row.categories) as Category[]).map((it) => ({ ...it, priceMinor: prices.get(it.id) ?? null }))
}
