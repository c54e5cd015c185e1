/** Hash functions, which a pure room has to be given. All of them take text (UTF-8) and give lower-case hex. */
export interface Hashes {
  sha256(text: string): string
  hmacSha256(key: string, text: string): string
}
