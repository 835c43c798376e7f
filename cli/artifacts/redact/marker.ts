/** Stands in a package where something has to be filled in; where nobody does, the gateway keeps what it has there. */
export const marker = '__CLAWBUTLER_FILL__'

/** What had to be taken out, or is not portable. */
export const takenKinds = [
  'secret',
  'path',
  'host',
  'ip',
  'email',
  'phone',
  'name',
  'personal',
  'memory',
  'user_file',
  'binary',
  'section',
] as const
export type TakenKind = (typeof takenKinds)[number]

/** What redaction did: what has to be filled in again, and how often which kind was taken out of which entry. */
export class Account {
  readonly placeholders: { path: string; kind: TakenKind }[] = []
  readonly #removed = new Map<string, { path: string; kind: TakenKind; count: number }>()

  toFill(path: string, kind: TakenKind): void {
    this.placeholders.push({ path, kind })
  }

  took(path: string, kind: TakenKind, count = 1): void {
    const key = `${kind} ${path}`
    const known = this.#removed.get(key)
    if (known) known.count += count
    else this.#removed.set(key, { path, kind, count })
  }

  get removed(): { path: string; kind: TakenKind; count: number }[] {
    return [...this.#removed.values()]
  }
}
