import { packageLimits } from '../../../cbpkg/contract.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { type AgentFiles, agentFiles, realWorkspaces } from '../workspace/agent-files.ts'
import { digestOf, type FileDigest, sha256Of } from '../workspace/digest.ts'
import type { HeldFiles, OpenedPackage } from './opened.ts'
import { type Scope, wants } from './wanted.ts'

export interface FilePlan {
  agent: string
  /** Where the files go; null where only the gateway can write them, or the agent is not there yet. */
  root: string | null
  put: { path: string; before: string | null; after: string; size: number; isExecutable: boolean }[]
  remove: { path: string; before: string; size: number }[]
  /** What stays although the package says otherwise, and why. */
  left: { path: string; reason: string }[]
}

/**
 * What has to be written and removed below the workspaces of these agents, told as texts where they are short ones.
 * `others`: workspaces of agents that are gone, which may lie inside one of these and are not touched.
 */
export async function planFiles(
  session: GatewaySession,
  agents: readonly { id: string; workspace: string | null }[],
  held: OpenedPackage,
  scope: Scope,
  others: readonly string[] = [],
): Promise<FilePlan[]> {
  if (!wants(scope, 'workspace_files')) return []
  const workspaces = await realWorkspaces([...agents.map(({ workspace }) => workspace), ...others])
  const plans: FilePlan[] = []
  for (const [id, files] of held.files) {
    if (scope.agents !== null && !scope.agents.has(id)) continue
    const agent = agents.find((each) => each.id === id)
    const now = agent ? await agentFiles(session, agent, workspaces, true) : null
    plans.push(await planOf(id, files, now, held, scope))
  }
  return plans
}

async function planOf(
  agent: string,
  held: HeldFiles,
  now: AgentFiles | null,
  { intent, missing }: OpenedPackage,
  scope: Scope,
): Promise<FilePlan> {
  const plan: FilePlan = { agent, root: now?.root ?? null, put: [], remove: [], left: [] }
  const there = new Map((now?.files ?? []).map((file) => [file.path, file]))
  const barred = new Map((now?.left ?? []).map(({ path, reason }) => [path, reason]))
  for (const [path, file] of held.files) {
    const before = there.get(path)
    const isExecutable = held.executable.has(path)
    const reason = barred.get(path)
    if (reason !== undefined) plan.left.push({ path, reason })
    else if (before && file.isOpen)
      plan.left.push({ path, reason: 'it has something to be filled in, and one is there' })
    else if (!before || now === null)
      plan.put.push({ path, before: null, after: told(file), size: file.size, isExecutable })
    else {
      const isSameMode = now.root === null || before.isExecutable === isExecutable
      if (before.sha256 === file.sha256 && isSameMode) continue
      const was = await digestOf(now.open(path), before.size)
      if (was.sha256 === file.sha256 && isSameMode) continue
      // Of both the text, or of neither.
      const isShown = file.text !== null && was.text !== null
      const [from, to] = isShown
        ? [was, file]
        : [
            { ...was, text: null },
            { ...file, text: null },
          ]
      plan.put.push({ path, before: told(from), after: told(to), size: file.size, isExecutable })
    }
  }
  // Only a backup holds a whole workspace; what it left out then is not taken away now.
  if (scope.mode === 'merge' || intent !== 'backup' || now === null || now.root === null) return plan
  const leftOut = new Set(missing.map(({ path }) => path))
  // What was not read as a whole cannot say what is too much.
  if (leftOut.has(`agents/${agent}/workspace`) || missing.length >= packageLimits.notesMax) return plan
  for (const [path, file] of there) {
    if (held.files.has(path)) continue
    if (leftOut.has(`agents/${agent}/workspace/${path}`)) plan.left.push({ path, reason: 'the package left it out' })
    else {
      const sha256 = file.sha256 ?? (await sha256Of(now.open(path)))
      plan.remove.push({ path, before: told({ size: file.size, sha256, text: null }), size: file.size })
    }
  }
  return plan
}

const told = ({ text, size, sha256 }: FileDigest): string => text ?? `${size} bytes, SHA-256 ${sha256.slice(0, 16)}`
