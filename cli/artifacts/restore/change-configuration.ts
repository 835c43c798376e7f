import canonicalize from 'canonicalize'
import { z } from 'zod'
import { sentinel } from '../../../worker/features/connectors/link/questions/contract.ts'
import { GatewayRequestFailed } from '../../gateway/refusal.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { Failure } from '../../output/failure.ts'
import { withRules } from '../collect/approval-rules.ts'
import { type GatewayNow, readGateway } from '../collect/read-gateway.ts'
import { configurationPatch } from '../plan/patch.ts'
import type { Content } from '../sections/content.ts'

const attempts = 6
const patchTimeoutMs = 180_000

/** What the gateway is to be, from what it is. */
export type WantedFrom = (now: GatewayNow) => Content
/** Hears of a write that was read back and is there letter by letter, with what it was made to. */
export type OnWritten = (before: GatewayNow, after: GatewayNow) => Promise<void>

/**
 * Writes the configuration in one change, made to what was read: the commit point is the gateway's own. What somebody else
 * writes meanwhile is not lost: it is read again, and the change is made anew. Answers whether anything had to be written.
 */
export async function writeConfiguration(
  session: GatewaySession,
  wantedFrom: WantedFrom,
  onWritten: OnWritten,
): Promise<boolean> {
  let written: { before: GatewayNow; wanted: Content } | null = null
  for (let attempt = 1; ; attempt++) {
    const now = await readGateway(session)
    if (written && isSame(now.content, written.wanted)) await onWritten(written.before, now)
    written = null
    const wanted = wantedFrom(now)
    const { patch, replacePaths } = configurationPatch(now.content, wanted)
    if (Object.keys(patch).length === 0) return attempt > 1
    const raw = JSON.stringify(patch)
    if (raw.includes(sentinel))
      throw new Failure('A secret of this gateway cannot be read here, so nothing was written.')
    const params = { raw, baseHash: now.hash, ...(replacePaths.length > 0 ? { replacePaths } : {}) }
    try {
      await session.call('config.patch', params, z.unknown(), patchTimeoutMs)
      written = { before: now, wanted }
    } catch (error) {
      // Written and in force but for what a restart brings: the next look tells.
      const isWritten = error instanceof GatewayRequestFailed && /recovery restart is required/i.test(error.message)
      const isStale = error instanceof GatewayRequestFailed && /config changed since/i.test(error.message)
      if (!(isWritten || isStale) || attempt >= attempts) throw rejected(error)
    }
    if (attempt >= attempts)
      throw new Failure('The configuration did not become what was written: somebody else changes it.')
  }
}

const isSame = (one: Content, other: Content): boolean => Object.keys(configurationPatch(one, other).patch).length === 0

/** The gateway's own words say what this version of it does not take. */
function rejected(error: unknown): unknown {
  if (!(error instanceof GatewayRequestFailed)) return error
  const issues = error.issues.map(({ path, message }) => `\n  ${path}: ${message}`).join('')
  return new Failure(`The gateway refused the configuration: ${error.message}${issues}`)
}

/** Writes the rules of approval, unless somebody else did meanwhile: then anew on those. */
export async function writeApprovalRules(session: GatewaySession, wantedFrom: WantedFrom): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const now = await readGateway(session)
    const wanted = wantedFrom(now).global.approval_rules ?? {}
    if (canonicalize(wanted) === canonicalize(now.content.global.approval_rules ?? {})) return attempt > 1
    const params = { file: withRules(now.approvals.file, wanted), baseHash: now.approvals.hash }
    try {
      await session.call('exec.approvals.set', params, z.unknown(), 60_000)
    } catch (error) {
      const isStale = error instanceof GatewayRequestFailed && /changed since last load/i.test(error.message)
      if (!isStale || attempt >= attempts) throw rejected(error)
    }
    if (attempt >= attempts)
      throw new Failure('The approval rules did not become what was written: the gateway changes them.')
  }
}
