/** Which methods an address takes, learnt from the routes as they are added. */
export class AllowedMethods {
  private readonly routes: { pattern: RegExp; method: string }[] = []

  /** @param url as Fastify writes it, with :parameters */
  add(method: string | string[], url: string): void {
    const pattern = new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z0-9_]+/g, '[^/]+')}/?$`)
    for (const one of [method].flat()) this.routes.push({ pattern, method: one })
  }

  of(path: string): string[] {
    const methods = this.routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)
    return [...new Set(methods)].sort()
  }
}
