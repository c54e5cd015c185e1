/** Does something with each, so many at a time; the first that fails ends it, once those under way have ended. */
export async function eachOf<Item>(items: readonly Item[], atATime: number, work: (item: Item) => Promise<void>) {
  const left = [...items]
  let failed: { error: unknown } | null = null
  const worker = async () => {
    for (let item = left.shift(); item !== undefined && !failed; item = left.shift())
      await work(item).catch((error: unknown) => {
        failed ??= { error }
      })
  }
  await Promise.all(Array.from({ length: atATime }, worker))
  if (failed) throw (failed as { error: unknown }).error
}
