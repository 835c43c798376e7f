import { z } from 'zod'
import { AgentsList } from '../../gateway/frames.ts'
import { busyTimeoutMs } from '../../gateway/management/configuration.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { isTree, type Tree } from '../../plugin/merge-patch.ts'
import type { Content } from '../sections/content.ts'
import { splitSections } from '../sections/split.ts'
import { type ApprovalRules, readApprovalRules, rulesOf } from './approval-rules.ts'
import { type Job, jobsTree, readJobs } from './jobs.ts'
import { readOwnFile, unredacted } from './own-file.ts'

const Configuration = z.object({
  path: z.string(),
  hash: z.string(),
  sourceConfig: z.record(z.string(), z.unknown()),
})

/** All of a gateway at one moment, but the files of its agents. */
export interface GatewayNow {
  version: string
  hash: string
  /** As its operator wrote it. Secrets are in it where its file could be read here; else the gateway's sentinel is. */
  configuration: Tree
  /** The same as the gateway tells it, its secrets redacted. */
  told: Tree
  /** JSON pointers of secrets that could not be read. */
  unknownSecrets: string[]
  approvals: ApprovalRules
  jobs: Job[]
  agents: { id: string; name: string | null; workspace: string | null }[]
  content: Content
}

const attempts = 3

/** Reads twice when somebody changes it meanwhile: file and answer must be of one moment. */
export async function readGateway(session: GatewaySession): Promise<GatewayNow> {
  const configuration = await readConfiguration(session)
  const [approvals, jobs, { agents: rows }] = await Promise.all([
    readApprovalRules(session),
    readJobs(session),
    session.call('agents.list', {}, AgentsList, busyTimeoutMs),
  ])
  const source = withEntries(configuration.source, rows)
  const beside = { approvalRules: rulesOf(approvals.file), jobs: jobsTree(jobs) }
  const content = splitSections(source, beside)
  return {
    version: session.hello.server.version,
    hash: configuration.hash,
    configuration: configuration.source,
    told: configuration.told,
    unknownSecrets: configuration.unknown,
    approvals,
    jobs,
    agents: agentsOf(content, rows),
    content,
  }
}

async function readConfiguration(session: GatewaySession) {
  for (let attempt = 1; ; attempt++) {
    const before = await session.call('config.get', {}, Configuration, busyTimeoutMs)
    const file = await readOwnFile(session, before.path)
    const { value, unknown } = unredacted(before.sourceConfig, file)
    const after = file === null ? before : await session.call('config.get', {}, Configuration, busyTimeoutMs)
    if (after.hash !== before.hash && attempt < attempts) continue
    return { hash: before.hash, source: isTree(value) ? value : {}, told: before.sourceConfig, unknown }
  }
}

/** The only agent of a gateway may have no entry of its own. Else the entries are newer than the gateway's list. */
function withEntries(source: Tree, rows: readonly { id: string }[]): Tree {
  const agents = isTree(source.agents) ? source.agents : {}
  const entries = isTree(agents.entries) ? agents.entries : {}
  if (Object.keys(entries).length > 0) return source
  return { ...source, agents: { ...agents, entries: Object.fromEntries(rows.map(({ id }) => [id, {}])) } }
}

/** Where an agent works: as its gateway lists it, or, before it does, as its entry says. */
function agentsOf({ agents }: Content, rows: z.infer<typeof AgentsList>['agents']): GatewayNow['agents'] {
  const textOr = (value: unknown, or: string | undefined) => (typeof value === 'string' ? value : (or ?? null))
  return [...agents].map(([id, { sections }]) => {
    const row = rows.find((each) => each.id === id)
    return {
      id,
      name: textOr(sections.identity?.name, row?.name),
      workspace: textOr(sections.runtime?.workspace, row?.workspace),
    }
  })
}
