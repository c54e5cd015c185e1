import { startTestServers } from '@onsale/infra'

/** Before the first suite of a run: real servers, whose ONSALE_* variables every suite finds in its environment. */
export default async function startServers() {
  globalThis.stopTestServers = await startTestServers((line) => process.stderr.write(`${line}\n`))
}
