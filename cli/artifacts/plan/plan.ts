import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import { sentinel } from '../../../worker/features/connectors/link/questions/contract.ts'
import type { Risk } from '../../../worker/platform/contract.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { Failure } from '../../output/failure.ts'
import { partOfGateway } from '../collect/entry.ts'
import { type GatewayNow, readGateway } from '../collect/read-gateway.ts'
import type { Content } from '../sections/content.ts'
import { changesOf, type PlannedChange } from './changes.ts'
import { type Absent, findAbsent } from './dependencies.ts'
import { type FilePlan, planFiles } from './files.ts'
import type { OpenedPackage } from './opened.ts'
import { configurationPatch } from './patch.ts'
import { extraAgents, isChosen, type Scope, wantedContent } from './wanted.ts'

/** What a restore would do, seen from what the gateway has at this moment. */
export interface Plan {
  changes: PlannedChange[]
  risk: Risk | null
  /** Agents that are made and taken away. */
  creates: string[]
  deletes: string[]
  /** Settings for which the gateway restarts. */
  restarts: string[]
  absent: Absent[]
  /** Places where somebody has to fill something in, and whether it was. */
  placeholders: { path: string; kind: string; isFilled: boolean }[]
  /** What stays although the package says otherwise. */
  left: { path: string; reason: string }[]
  /** SHA-256 of all that is told here: an approval holds for exactly this. */
  digest: string
}

/** A plan with what is needed to carry it out. */
export interface Planned {
  plan: Plan
  now: GatewayNow
  wanted: Content
  files: FilePlan[]
}

const lookUpsMax = 60

/** Looks at the gateway and says what restoring would change. Writes nothing; throws for what can never be restored so. */
export async function planRestore(
  session: GatewaySession,
  held: OpenedPackage,
  scope: Scope,
  filledIn: ReadonlySet<string>,
): Promise<Planned> {
  refuseImpossible(held, scope)
  const now = await readGateway(session)
  const wanted = wantedContent(now.content, held.content, scope)
  const files = await planFiles(session, now.agents, held, scope)
  const changes = changesOf(now.content, wanted, files)
  const creates = [...held.content.agents.keys()].filter((id) => isChosen(scope, id) && !now.content.agents.has(id))
  const deletes = extraAgents(now.content, held.content, scope)
  const { patch } = configurationPatch(now.content, wanted)
  if (JSON.stringify(patch).includes(sentinel))
    throw new Failure(
      'The configuration file of this gateway cannot be read here, and without its secrets this change cannot be written. Run the command on its machine, as its user.',
    )
  const told = {
    changes,
    risk: worst([...changes.map(({ risk }) => risk), ...(deletes.length > 0 ? (['high'] as const) : [])]),
    creates,
    deletes,
    restarts: await restartsOf(session, patch),
    absent: await findAbsent(session, wanted, held),
    placeholders: held.placeholders.map((each) => ({ ...each, isFilled: filledIn.has(each.path) })),
    left: files.flatMap(({ agent, left }) =>
      left.map(({ path, reason }) => ({ path: `agents/${agent}/workspace/${path}`, reason })),
    ),
  }
  const { id, manifestHash } = held.header
  const chosen = {
    mode: scope.mode,
    sections: scope.sections && [...scope.sections].sort(),
    agents: scope.agents && [...scope.agents].sort(),
  }
  const digest = createHash('sha256')
    .update(
      canonicalize({
        package: id,
        manifestHash,
        ...chosen,
        ...told,
        changes: changes.map(({ hunks: _, ...change }) => change),
      }) ?? '',
    )
    .digest('hex')
  return { plan: { ...told, digest }, now, wanted, files }
}

function refuseImpossible({ intent, missing, content }: OpenedPackage, scope: Scope): void {
  if (scope.mode === 'exact_restore' && intent === 'share')
    throw new Failure(
      'A package that was made to be shared does not hold a whole gateway: merge it, or replace what it holds.',
    )
  if (scope.mode === 'exact_restore' && missing.some(({ path }) => path === partOfGateway))
    throw new Failure(
      'The package holds part of a gateway only: merge it, or replace what it holds with replace_scope.',
    )
  const unknown = [...(scope.agents ?? [])].filter((id) => !content.agents.has(id))
  if (unknown.length > 0) throw new Failure(`The package holds no agent ${unknown.join(', ')}.`)
  if (content.agents.size === 0 && Object.keys(content.global).length === 0) throw new Failure('The package is empty.')
}

const order: readonly Risk[] = ['low', 'medium', 'high', 'critical']
const worst = (risks: readonly Risk[]): Risk | null =>
  risks.reduce<Risk | null>(
    (most, risk) => (most === null || order.indexOf(risk) > order.indexOf(most) ? risk : most),
    null,
  )

/** Of the settings that change, those for which the gateway says that it restarts. */
async function restartsOf(session: GatewaySession, patch: Record<string, unknown>): Promise<string[]> {
  const paths = Object.entries(patch).flatMap(([name, inner]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.keys(inner).map((below) => `${name}.${below}`)
      : [name],
  )
  const Lookup = z.object({ reloadKind: z.string().nullish() })
  const asked = paths.filter((path) => !path.startsWith('agents.')).slice(0, lookUpsMax)
  const kinds = await Promise.all(
    asked.map((path) => session.call('config.schema.lookup', { path }, Lookup, 60_000).catch(() => null)),
  )
  return asked.filter((_, at) => kinds[at]?.reloadKind === 'restart')
}
