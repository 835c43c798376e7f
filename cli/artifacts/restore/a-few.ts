/** Does things of which several may be under way at once, but not many: most of what they do is to wait for a disk. */
export class AFew {
  readonly #most: number
  readonly #running = new Set<Promise<void>>()
  #failure: { error: unknown } | null = null

  constructor(most: number) {
    this.#most = most
  }

  /** Begins it as soon as there is room. Throws what one before it threw; from then on none begins. */
  async begin(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#most) await Promise.race(this.#running)
    this.#throw()
    const running: Promise<void> = work()
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Resolves when all have ended, throws the first failure. */
  async ended(): Promise<void> {
    await Promise.all(this.#running)
    this.#throw()
  }

  #throw(): void {
    if (this.#failure) throw this.#failure.error
  }
}
