import { categoryOf, ownSteps } from './categories.ts'
import { changeCategories, type SemanticChange, type SemanticDiff, type SnapshotScope, type Step } from './contract.ts'
import { hunksOf } from './lines.ts'
import { keysOf, labelOf, matchItems } from './lists.ts'
import { judge, worstOf } from './rules.ts'
import { holdsSecret, isSecretName, withoutSecrets } from './secrets.ts'
import { isSame, isTree, ownOf, type Tree } from './trees.ts'

/** A difference before anybody has judged it. Undefined: not there. */
interface Found {
  steps: readonly Step[]
  before?: unknown
  after?: unknown
  from?: number
  to?: number
}

/**
 * What it means to go from one configuration to another, in the order in which people look: the changes by category, each
 * with its risk and the rule that says so. Items of lists are matched by id or name. A secret is compared as it is given
 * and never in the answer. Pure, and the same in a Worker, a browser or a terminal.
 */
export const semanticDiff = (before: Tree, after: Tree, scope: SnapshotScope = 'agent_config'): SemanticDiff => {
  const changes = differencesOf({ before, after, steps: [] }, scope === 'workspace_bundle')
    .map((found) => described(found, scope))
    .sort((a, b) => changeCategories.indexOf(a.category) - changeCategories.indexOf(b.category))
  return { changes, risk: worstOf(changes.map(({ risk }) => risk)) }
}

const differencesOf = (found: Found, isFiles: boolean): Found[] => {
  const { before, after, steps } = found
  if (isSame(before, after)) return []
  const below = (name: string, of: { before?: unknown; after?: unknown }) =>
    differencesOf({ ...of, steps: [...steps, name] }, isFiles)
  if (isLeaf(found, isFiles)) return [found]
  if (Array.isArray(before) && Array.isArray(after)) return inLists(before, after, steps, isFiles)
  const [left, right] = [isTree(before) ? before : {}, isTree(after) ? after : {}]
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()
  return names.flatMap((name) => below(name, { before: ownOf(left, name), after: ownOf(right, name) }))
}

/** Whether it is told as a whole rather than by its parts. */
const isLeaf = ({ before, after, steps }: Found, isFiles: boolean): boolean => {
  // A file whose text is not known stands as what is known of it.
  if (isFiles && steps.length === 1) return true
  if (!isFiles && isBelowSecret(steps) && !(isTree(before) && isTree(after))) return true
  if (Array.isArray(before) && Array.isArray(after)) return false
  const isPart = (value: unknown) => value === undefined || (isTree(value) && Object.keys(value).length > 0)
  const isRoot = steps.length === 0
  // What becomes an empty tree is not the same as what goes.
  const staysEmpty = isTree(after) && Object.keys(after).length === 0
  const wasEmpty = isTree(before) && Object.keys(before).length === 0 && isPart(after) && after !== undefined
  return !isRoot && !wasEmpty && (staysEmpty || !isPart(before) || !isPart(after))
}

const inLists = (
  before: readonly unknown[],
  after: readonly unknown[],
  steps: readonly Step[],
  isFiles: boolean,
): Found[] => {
  const { removed, added, kept } = matchItems(keysOf(before), keysOf(after))
  const at = (item: string): Step[] => [...steps, { item }]
  return [
    ...removed.map(({ key, from }) => ({ steps: at(key), before: before[from], from })),
    ...added.map(({ key, to }) => ({ steps: at(key), after: after[to], to })),
    ...kept.flatMap(({ key, from, to, isMoved }) => [
      ...(isMoved ? [{ steps: at(key), before: before[from], after: after[to], from, to }] : []),
      ...differencesOf({ steps: at(key), before: before[from], after: after[to] }, isFiles),
    ]),
  ]
}

const described = ({ steps, before, after, from, to }: Found, scope: SnapshotScope): SemanticChange => {
  const isFile = scope === 'workspace_bundle'
  const isHidden = !isFile && isBelowSecret(steps)
  const show = (value: unknown) => (isFile ? value : withoutSecrets(value, isHidden))
  const shown = { before: show(before), after: show(after) }
  const isMoved = from !== undefined && to !== undefined
  const kind = isMoved ? 'moved' : before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  const secret = isHidden || (!isFile && !isMoved && (holdsSecret(shown.before) || holdsSecret(shown.after)))
  const category = categoryOf(scope, steps, secret)
  return {
    path: pathOf(steps),
    steps: [...steps],
    category,
    kind,
    before: shown.before ?? null,
    after: shown.after ?? null,
    from: from ?? null,
    to: to ?? null,
    secret,
    ...judge({ category, kind, steps: [...ownSteps(scope, steps)] }),
    hunks: secret || isMoved ? null : hunksOf(linesIn(shown.before, isFile), linesIn(shown.after, isFile)),
  }
}

/** Of a file with hidden passages the rest is compared. */
const linesIn = (value: unknown, isFile: boolean): unknown =>
  isFile && isTree(value) && typeof value.text === 'string' ? value.text : value

const isBelowSecret = (steps: readonly Step[]): boolean =>
  steps.some((step) => typeof step === 'string' && isSecretName(step))

const pathOf = (steps: readonly Step[]): string =>
  steps.reduce<string>((path, step) => {
    if (typeof step === 'object') return `${path}[${labelOf(step.item)}]`
    return path === '' ? step : `${path}.${step}`
  }, '')
