import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { digestOf } from '../../../platform/secrets.ts'
import type { AgentChange } from '../../agents/changes/contract.ts'
import { type DescribedAgent, orderChange, settled } from '../../agents/index.ts'
import type { RolledBackFile } from '../contract.ts'
import { isTree, ownOf, type Tree } from '../diff/trees.ts'
import type { RollbackNote } from '../taking/cause.ts'
import type { RollbackPlan } from './plan.ts'

/**
 * Writes file by file, each upon the hash of what was looked at. There is no commit point for all of them: each file's
 * change is its own, and a crash leaves some written, each with its change, which the next preview shows as what is left
 * to do. Those that could not be put back are written last. When one fails, those before it are put back and what failed
 * is thrown; one that nobody answered ends it where it is, and one that can not be put back is said (`files`).
 */
export const writeFiles = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { before, target, changes }: RollbackPlan,
  note: RollbackNote,
): Promise<{ change: AgentChange | null; files: RolledBackFile[] }> => {
  const names = changes.map(({ path }) => path).sort((a, b) => Number(!isText(before, a)) - Number(!isText(before, b)))
  const files: RolledBackFile[] = []
  let last: AgentChange | null = null
  for (const name of names) {
    const content = textOf(target, name)
    const reason = JSON.stringify({ ...note, wrote: digestOf(content) } satisfies RollbackNote)
    const outcome = await attempt(() => putFile(ctx, agent, { name, content, over: hashIn(before, name), reason }))
    if ('failed' in outcome) return undo(ctx, agent, { before, target, names, files }, outcome.failed)
    last = outcome.change
    const isOpen = last.state !== 'confirmed'
    files.push({ name, outcome: isOpen ? 'open' : 'written', changeId: last.id, detail: last.detail })
    if (isOpen) return { change: last, files: [...files, ...notWritten(names, files)] }
  }
  return { change: last, files }
}

interface Done {
  before: Tree
  target: Tree
  names: string[]
  files: RolledBackFile[]
}

/** Puts back what was written. Throws what went wrong when all of it is as it was. */
const undo = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { before, target, names, files }: Done,
  failed: AppError,
): Promise<{ change: AgentChange | null; files: RolledBackFile[] }> => {
  const left = notWritten(names, files).map((file, at) => (at === 0 ? { ...file, detail: failed.message } : file))
  const undone: RolledBackFile[] = []
  for (const file of files.toReversed()) {
    const { name } = file
    const old = ownOf(before, name)
    const over = digestOf(textOf(target, name))
    const outcome =
      typeof old === 'string'
        ? await attempt(() => putFile(ctx, agent, { name, content: old, over, reason: null }))
        : { failed: new AppError('conflict', 'It was not there before, or nobody here knows what stood in it.') }
    if ('failed' in outcome) undone.unshift({ ...file, detail: outcome.failed.message })
    else {
      const isBack = outcome.change.state === 'confirmed'
      undone.unshift({ ...file, outcome: isBack ? 'undone' : 'open', changeId: outcome.change.id })
    }
  }
  if (undone.every(({ outcome }) => outcome === 'undone')) throw failed
  return { change: null, files: [...undone, ...left] }
}

const putFile = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { name, content, over, reason }: { name: string; content: string; over: string | null; reason: string | null },
): Promise<AgentChange> => {
  const change = { change: 'file.put', agent: agent.externalId, name, content, expectedHash: over } as const
  return settled(await orderChange(ctx, agent, { kind: 'file', reason, change, touches: [name], before: over }))
}

const attempt = async (put: () => Promise<AgentChange>): Promise<{ change: AgentChange } | { failed: AppError }> => {
  try {
    return { change: await put() }
  } catch (error) {
    if (error instanceof AppError) return { failed: error }
    throw error
  }
}

const notWritten = (names: readonly string[], files: readonly RolledBackFile[]): RolledBackFile[] =>
  names.slice(files.length).map((name) => ({ name, outcome: 'not_written' as const, changeId: null, detail: null }))

const isText = (files: Tree, name: string): boolean => typeof ownOf(files, name) === 'string'

const textOf = (files: Tree, name: string): string => {
  const file = ownOf(files, name)
  if (typeof file !== 'string') throw new Error(`the text of ${name} is not known`)
  return file
}

/** Of what is there, also where its text is not known; null where nothing is. */
const hashIn = (files: Tree, name: string): string | null => {
  const file = ownOf(files, name)
  if (typeof file === 'string') return digestOf(file)
  return isTree(file) && typeof file.hash === 'string' ? file.hash : null
}
