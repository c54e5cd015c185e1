import { createHash, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const secretsFile = z.object({
  sqlRoot: z.string(),
  sqlApp: z.string(),
  sqlRead: z.string(),
  sqlReplication: z.string(),
  sqlMonitor: z.string(),
  redis: z.string(),
  keySecret: z.string(),
  acceptanceSecret: z.string(),
  admissionSecret: z.string(),
  drawSecret: z.string(),
})

export type Secrets = z.infer<typeof secretsFile> & {
  /** PEM (PKCS 8) of the ES256 key that issues local access tokens. */
  signingKeyFile: string
  signingKeyId: string
  jwksFile: string
}

/** Letters and digits only, so that a password needs no quoting in a URL, SQL, a configuration file or a shell. */
const password = () => randomBytes(24).toString('hex')
const hmacSecret = () => randomBytes(32).toString('base64url')

const writeSecret = (file: string, text: string) => writeFileSync(file, text, { mode: 0o600 })

/** Makes the secrets at the first start, and gives the same ones back ever after. Never a default password. */
export function loadSecrets(dir: string): Secrets {
  mkdirSync(dir, { recursive: true })
  chmodSync(dir, 0o700)
  const file = join(dir, 'secrets.json')
  const earlier = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {}
  // A stack of an earlier version lacks those that came since.
  if (!secretsFile.safeParse(earlier).success) {
    const made = {
      sqlRoot: password(),
      sqlApp: password(),
      sqlRead: password(),
      sqlReplication: password(),
      sqlMonitor: password(),
      redis: password(),
      keySecret: hmacSecret(),
      acceptanceSecret: hmacSecret(),
      admissionSecret: hmacSecret(),
      drawSecret: hmacSecret(),
      ...earlier,
    }
    writeSecret(file, `${JSON.stringify(made, null, 2)}\n`)
  }
  const signingKeyFile = join(dir, 'signing-key.pem')
  const jwksFile = join(dir, 'jwks.json')
  if (!existsSync(signingKeyFile)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    writeSecret(signingKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
  }
  const { kid, jwk } = publicJwk(readFileSync(signingKeyFile, 'utf8'))
  writeSecret(jwksFile, `${JSON.stringify({ keys: [jwk] }, null, 2)}\n`)
  return { ...secretsFile.parse(JSON.parse(readFileSync(file, 'utf8'))), signingKeyFile, signingKeyId: kid, jwksFile }
}

/** The key id is the RFC 7638 thumbprint: it follows from the key, so it needs no file of its own. */
function publicJwk(privatePem: string) {
  const { crv, kty, x, y } = createPublicKey(privatePem).export({ format: 'jwk' })
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  return { kid, jwk: { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' } }
}
