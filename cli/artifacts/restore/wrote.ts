import type { WroteFile, WroteSettings } from '../../../worker/features/artifacts/restores/contract.ts'
import { contentsIn, sharedIn } from '../../../worker/features/snapshots/diff/parts.ts'
import { digestOfTree } from '../../gateway/management/configuration.ts'
import { listFiles } from '../../gateway/management/files.ts'
import { redactTree } from '../../gateway/management/redact.ts'
import { GatewayRequestFailed } from '../../gateway/refusal.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import type { GatewayNow } from '../collect/read-gateway.ts'
import type { FilePlan } from '../plan/files.ts'
import type { OpenedPackage } from '../plan/opened.ts'

/** What a restore writes, by digests: ClawButler knows a version of it for its work, and of nothing else. */
export interface Wrote {
  settings: WroteSettings[]
  files: WroteFile[]
}

type Told = Pick<GatewayNow, 'told' | 'content'>

/** Of settings as the connector tells them, so without a secret: a digest of one could be guessed. */
export function settingsWritten(before: Told, after: Told, known: readonly string[]): WroteSettings[] {
  const [was, is] = [redactTree(before.told, known), redactTree(after.told, known)]
  const step = (scope: WroteSettings['scope'], agent: string | null, from: object, to: object) => {
    const [digest, next] = [digestOfTree({ ...from }), digestOfTree({ ...to })]
    return digest === null || next === null || digest === next ? [] : [{ scope, agent, before: digest, after: next }]
  }
  const agents = [...after.content.agents.keys()].flatMap((id) => {
    const [from, to] = [contentsIn(id, was), contentsIn(id, is)]
    return [
      ...step('agent_config', id, from.agent_config, to.agent_config),
      ...step('bindings', id, from.bindings, to.bindings),
    ]
  })
  return [...agents, ...step('gateway_config', null, sharedIn(was), sharedIn(is))]
}

/** Of the files that the gateway keeps and shows itself; of all others in a workspace nothing is told. */
export async function filesToWrite(
  session: GatewaySession,
  plans: readonly FilePlan[],
  { files }: OpenedPackage,
): Promise<WroteFile[]> {
  const told: WroteFile[] = []
  for (const { agent, put, remove } of plans) {
    if (put.length + remove.length === 0) continue
    const kept = await keptNames(session, agent)
    const held = files.get(agent)?.files
    for (const { path } of put) {
      const sha256 = held?.get(path)?.sha256
      if (sha256 !== undefined && kept.has(path)) told.push({ agent, name: path, sha256 })
    }
    for (const { path } of remove) if (kept.has(path)) told.push({ agent, name: path, sha256: null })
  }
  return told
}

/** None where the gateway does not list them: then nothing is told, which is no harm. */
async function keptNames(session: GatewaySession, agent: string): Promise<ReadonlySet<string>> {
  try {
    return new Set((await listFiles(session, agent)).files.map(({ name }) => name))
  } catch (error) {
    if (error instanceof GatewayRequestFailed) return new Set()
    throw error
  }
}
