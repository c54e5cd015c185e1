import { SpanStore } from './span-store.js'
import { createTraceCollector } from './trace-collector.js'

const { ONSALE_HTTP_PORT: port, ONSALE_TRACES_DIR: folder } = process.env
if (!port || !folder) throw new Error('ONSALE_HTTP_PORT and ONSALE_TRACES_DIR must be set')

const server = createTraceCollector(new SpanStore(folder))
server.listen(Number(port), '127.0.0.1')
process.on('SIGTERM', () => {
  server.closeAllConnections()
  server.close(() => process.exit(0))
})
