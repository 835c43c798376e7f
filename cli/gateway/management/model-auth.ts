import { z } from 'zod'
import type { AnswerTo, ModelProvider } from '../../../worker/features/connectors/link/questions/contract.ts'
import { cut, cutOrNull, instant } from '../bounded.ts'
import type { GatewaySession } from '../session.ts'

const text = z.string().nullish().catch(null)
const moment = z.number().nullish().catch(null)

const Profile = z.object({
  profileId: z.string(),
  type: text,
  status: text,
  reasonCode: text,
  source: text,
  expiry: z.object({ at: moment }).nullish().catch(null),
  lastUsedAt: moment,
  cooldownUntil: moment,
})
const Window = z.object({ label: z.string().catch(''), usedPercent: z.number(), resetAt: moment })
const Provider = z.object({
  provider: z.string(),
  status: text,
  apiKey: z.object({ source: z.string(), envVar: text }).nullish().catch(null),
  profileOrder: z.array(z.string()).nullish().catch(null),
  profiles: z.array(Profile).catch([]),
  usage: z
    .object({ windows: z.array(Window).catch([]) })
    .nullish()
    .catch(null),
})
const Status = z.object({ providers: z.array(Provider), unavailable: z.unknown().optional() })

/**
 * How the providers of an agent's models are signed in to: names, kinds and states of profiles. The gateway sends no key
 * here, and what it says of the accounts behind the profiles stays on this machine.
 */
export async function listModelAuth(session: GatewaySession, agentId: string): Promise<AnswerTo<'models.auth'>> {
  const { providers, unavailable } = await session.call('models.authStatus', { agentId }, Status, 60_000)
  return {
    question: 'models.auth',
    providers: providers.slice(0, 100).map(ofProvider),
    isKnown: unavailable === undefined,
    isComplete: providers.length <= 100,
  }
}

const ofProvider = ({ provider, status, apiKey, profileOrder, profiles, usage }: z.infer<typeof Provider>) =>
  ({
    provider: cut(provider),
    state: cutOrNull(status),
    apiKey: apiKey ? { source: cut(apiKey.source), variable: cutOrNull(apiKey.envVar) } : null,
    order: profileOrder?.slice(0, 50).map((id) => cut(id)) ?? null,
    profiles: profiles.slice(0, 50).map((profile) => ({
      id: cut(profile.profileId),
      kind: cutOrNull(profile.type),
      state: cutOrNull(profile.status),
      reason: cutOrNull(profile.reasonCode),
      source: cutOrNull(profile.source),
      expiresAt: instantOrNull(profile.expiry?.at),
      lastUsedAt: instantOrNull(profile.lastUsedAt),
      cooldownUntil: instantOrNull(profile.cooldownUntil),
    })),
    windows: (usage?.windows ?? []).slice(0, 20).map(({ label, usedPercent, resetAt }) => ({
      label: cut(label),
      usedPercent: Math.min(100, Math.max(0, usedPercent)),
      resetAt: instantOrNull(resetAt),
    })),
  }) satisfies ModelProvider

const instantOrNull = (ms: number | null | undefined): string | null => (ms == null || ms <= 0 ? null : instant(ms))
