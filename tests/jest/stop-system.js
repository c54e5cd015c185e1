export default async function stopSystem() {
  await globalThis.stopSystem?.()
}
