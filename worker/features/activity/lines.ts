/** A reader who lets this many lines pile up is cut off; it comes back with its last id and has lost nothing. */
const unreadMax = 4_000

/** Text that waits for its reader: written as it comes, read in chunks as large as what waits. */
export class Lines {
  private waiting: string[] = []
  private readonly changed = new EventTarget()
  private done = false

  write(text: string): void {
    if (this.done) return
    this.waiting.push(text)
    if (this.waiting.length > unreadMax) this.close()
    this.changed.dispatchEvent(new Event('more'))
  }

  close(): void {
    this.done = true
    for (const name of ['more', 'taken', 'closed']) this.changed.dispatchEvent(new Event(name))
  }

  /** Everything that waits as one chunk; null once closed and empty. */
  async next(): Promise<Uint8Array | null> {
    while (this.waiting.length === 0 && !this.done) await this.once('more')
    if (this.waiting.length === 0) return null
    const chunk = new TextEncoder().encode(this.waiting.join(''))
    this.waiting = []
    this.changed.dispatchEvent(new Event('taken'))
    return chunk
  }

  /** Resolves when the reader has taken what was there, or left. */
  async taken(): Promise<void> {
    while (this.waiting.length > 0 && !this.done) await this.once('taken')
  }

  async closed(): Promise<void> {
    if (!this.done) await this.once('closed')
  }

  get isClosed(): boolean {
    return this.done
  }

  private once(name: string): Promise<void> {
    return new Promise((resolve) => this.changed.addEventListener(name, () => resolve(), { once: true }))
  }
}
