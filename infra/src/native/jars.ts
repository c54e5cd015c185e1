import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { executable } from '../executables.js'
import { checkoutRoot } from '../paths.js'

export const kafkaVersion = '4.4.0'
export const registryVersion = '3.0.9'
const jmxVersion = '1.0.1'

/** Shared by a user's checkouts, so that the second one downloads nothing. */
const cache = () => process.env.ONSALE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'onsale')

const kafkaHome = () => join(cache(), `kafka-${kafkaVersion}`)
const registryHome = () => join(cache(), `apicurio-registry-${registryVersion}`)

const jmxHome = () => join(cache(), `jmx-prometheus-javaagent-${jmxVersion}`)
/** The agent that tells a broker's metrics; fetched only for a stack that is observed. */
export const jmxAgent = () => join(jmxHome(), `jmx_prometheus_javaagent-${jmxVersion}.jar`)

export const jarsArePresent = () => existsSync(kafkaHome()) && existsSync(registryHome())

export interface Jars {
  kafka: string
  registry: string
}

/** Kafka's and the registry's jars, from Maven Central at the first time. Two at once, or one that is cut off, do no harm. */
export async function fetchJars(onProgress: (line: string) => void): Promise<void> {
  await once(kafkaHome(), `Kafka ${kafkaVersion}`, onProgress, (target) =>
    maven(
      '-f',
      join(checkoutRoot, 'infra/native/kafka/pom.xml'),
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${target}`,
    ),
  )
  await once(registryHome(), `Apicurio Registry ${registryVersion}`, onProgress, async (target) => {
    // Later versions of the plugin ask for the artifact's parent, which Maven Central does not have.
    await maven(
      'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy',
      `-Dartifact=io.apicurio:apicurio-registry-app:${registryVersion}:tar.gz:all`,
      `-DoutputDirectory=${target}`,
    )
    const archive = join(target, `apicurio-registry-app-${registryVersion}-all.tar.gz`)
    await execa(executable('tar'), ['-xzf', archive, '-C', target])
    rmSync(archive)
  })
}

/** The agent of brokers that are observed. */
export async function fetchJmxAgent(onProgress: (line: string) => void): Promise<void> {
  await once(jmxHome(), `Prometheus JMX agent ${jmxVersion}`, onProgress, (target) =>
    maven(
      'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy',
      `-Dartifact=io.prometheus.jmx:jmx_prometheus_javaagent:${jmxVersion}`,
      `-DoutputDirectory=${target}`,
    ),
  )
}

export const jars = (): Jars => ({ kafka: kafkaHome(), registry: registryHome() })

const maven = (...args: string[]) => execa(executable('mvn'), ['-B', '-q', ...args], { all: true })

/** Fills a folder of its own beside `home` and renames it: `home` is whole or absent. Maven keeps what it had fetched when it was cut off. */
async function once(
  home: string,
  what: string,
  onProgress: (line: string) => void,
  fill: (target: string) => Promise<unknown>,
): Promise<void> {
  if (existsSync(home)) return
  const began = Date.now()
  onProgress(`download: ${what} from Maven Central …`)
  mkdirSync(cache(), { recursive: true })
  removeAbandoned()
  const target = mkdtempSync(`${home}.part-`)
  try {
    await fill(target)
    if (readdirSync(target).length === 0) throw new Error(`${what}: nothing was downloaded`)
    if (!existsSync(home)) renameSync(target, home)
    onProgress(`download: ${what} took ${((Date.now() - began) / 1000).toFixed(1)} s`)
  } finally {
    rmSync(target, { recursive: true, force: true })
  }
}

/** What a download that was killed a day or more ago has left; a younger one may still be at work. */
function removeAbandoned(): void {
  for (const name of readdirSync(cache()).filter((entry) => entry.includes('.part-'))) {
    const folder = join(cache(), name)
    if (Date.now() - statSync(folder).mtimeMs > 24 * 3_600_000) rmSync(folder, { recursive: true, force: true })
  }
}
