import type { Tree } from '../../../../worker/features/connectors/link/questions/contract.ts'
import { changesBetween, dotted, isSame, type Path, valueAt, withValue } from './entry.ts'

export type Side = 'mine' | 'theirs'

/** A value that both changed since the entry they began with, and not to the same. */
export interface Clash {
  path: Path
  base: unknown
  mine: unknown
  theirs: unknown
}

/** What I changed and others changed too: at the same path, above or below it. Empty when both agree everywhere. */
export const clashesBetween = (base: Tree, mine: Tree, theirs: Tree): Clash[] => {
  const others = changesBetween(base, theirs)
  return changesBetween(base, mine)
    .filter(
      ({ path, after }) => others.some((other) => touches(path, other.path)) && !isSame(after, valueAt(theirs, path)),
    )
    .map(({ path, before, after }) => ({ path, base: before, mine: after, theirs: valueAt(theirs, path) }))
}

/** My changes on top of theirs. Where both changed the same, whom the choice names by its dotted path wins; else mine. */
export const rebased = (base: Tree, mine: Tree, theirs: Tree, chosen: ReadonlyMap<string, Side> = new Map()): Tree => {
  const contested = new Set(clashesBetween(base, mine, theirs).map(({ path }) => dotted(path)))
  const isTheirs = (path: Path) => contested.has(dotted(path)) && chosen.get(dotted(path)) === 'theirs'
  return changesBetween(base, mine)
    .filter(({ path }) => !isTheirs(path))
    .reduce((entry, { path, after }) => withValue(entry, path, after), theirs)
}

const touches = (a: Path, b: Path): boolean => {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  return short.every((name, at) => name === long[at])
}
