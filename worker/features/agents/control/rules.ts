import { isSame, isTree } from '../config/rules.ts'

/** No tool passes `*`, and a heartbeat of nothing does not beat. Both take hold at once, without a restart. */
const set = [
  { section: 'tools', name: 'deny', value: ['*'] },
  { section: 'heartbeat', name: 'every', value: '0m' },
] as const

export const disabledPatch: Record<string, unknown> = Object.fromEntries(
  set.map(({ section, name, value }) => [section, { [name]: value }]),
)

/** What an entry says before it is disabled, as a merge patch that says it again. */
export const putBack = (entry: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    set.map(({ section, name }) => {
      const before = entry[section]
      return [section, isTree(before) ? { [name]: before[name] ?? null } : null]
    }),
  )

/** The same for an entry as it is now: a section that had not been there goes, unless others wrote into it since. */
export const putBackInto = (
  entry: Record<string, unknown>,
  restore: Record<string, unknown>,
): Record<string, unknown> =>
  Object.fromEntries(
    set.map(({ section, name }) => {
      const now = entry[section]
      const isShared = isTree(now) && Object.keys(now).some((key) => key !== name)
      return [section, restore[section] === null && isShared ? { [name]: null } : (restore[section] ?? null)]
    }),
  )

/** Paths at which an entry is not any more what disabling made it; none while it still is. */
export const changedSince = (entry: Record<string, unknown>): string[] =>
  set
    .filter(({ section, name, value }) => {
      const held = entry[section]
      return !isTree(held) || !isSame(held[name], value)
    })
    .map(({ section, name }) => `${section}.${name}`)
