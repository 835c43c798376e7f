import type { Result, Router } from 'hono/router'
import { TrieRouter } from 'hono/router/trie-router'

/**
 * Finds the handlers of a request. Of paths without parameters it keeps what it found: there are as many as routes have
 * them, times the few methods that the runtime lets through; what they lead to never changes, and looking through all
 * patterns takes longer than most of what comes behind.
 */
export class KeepingRouter<T> implements Router<T> {
  readonly name = 'KeepingRouter'
  private readonly all = new TrieRouter<T>()
  private readonly plain = new Set<string>()
  private readonly found = new Map<string, Result<T>>()

  add(method: string, path: string, handler: T): void {
    this.all.add(method, path, handler)
    if (!/[:*]/.test(path)) this.plain.add(path)
    this.found.clear()
  }

  match(method: string, path: string): Result<T> {
    if (!this.plain.has(path)) return this.all.match(method, path)
    const key = `${method} ${path}`
    const known = this.found.get(key) ?? this.all.match(method, path)
    this.found.set(key, known)
    return known
  }
}
