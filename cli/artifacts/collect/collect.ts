import { z } from 'zod'
import { sentinel } from '../../../worker/features/connectors/link/questions/contract.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { isTree, type Tree } from '../../plugin/merge-patch.ts'
import { knownOf } from '../redact/known.ts'
import { Account, marker } from '../redact/marker.ts'
import { type Cleaning, cleanTree } from '../redact/tree.ts'
import { agentSections, type Content, type ContentSection, globalSections } from '../sections/content.ts'
import { withoutOwn } from '../sections/own.ts'
import { type AgentFiles, agentFiles, realWorkspaces } from '../workspace/agent-files.ts'
import { type Choice, type Collected, type CollectedEntry, type Intent, jsonEntry, partOfGateway } from './entry.ts'
import { fileEntries } from './file-entries.ts'
import { pointed } from './own-file.ts'
import { type GatewayNow, readGateway } from './read-gateway.ts'

/** Global settings that say how agents behave, and nothing of the machine or its people. */
const publishedSettings = ['tools', 'skills', 'session', 'messages']
const unpublishedSections: readonly ContentSection[] = ['channels', 'agent_channels']

/**
 * Everything that belongs in a package, read from a gateway at this moment. With intent backup its secrets are in it; with
 * clone none, and nothing of this machine; with share besides nothing of any person. Files are read when they are packed.
 */
export async function collect(session: GatewaySession, intent: Intent, choice: Choice): Promise<Collected> {
  const now = await readGateway(session)
  const chosen = now.agents.filter(({ id }) => choice.agents?.has(id) ?? true)
  const wants = (section: ContentSection) => choice.sections?.has(section) ?? true
  const account = new Account()
  const missing: Collected['missing'] = []
  const workspaces = await realWorkspaces(now.agents.map(({ workspace }) => workspace))
  const files = new Map<string, AgentFiles>()
  if (wants('workspace_files') || intent === 'share')
    for (const agent of chosen) files.set(agent.id, await agentFiles(session, agent, workspaces))
  const cleaning = intent === 'backup' ? null : { intent, account, known: await knownAt(session, now, files) }
  const entries = sectionEntries(now.content, new Set(chosen.map(({ id }) => id)), wants, cleaning, account, intent)
  if (wants('workspace_files'))
    for (const [id, of] of files) entries.push(...(await fileEntries(id, of, cleaning, account, missing)))
  if (choice.sections !== null || choice.agents !== null)
    missing.push({ path: partOfGateway, reason: 'only some sections or agents were wanted' })
  if (intent === 'backup')
    for (const path of now.unknownSecrets)
      missing.push({ path: `configuration#${path}`, reason: 'the secret could not be read' })
  const named = chosen.map(({ id, name }) => ({ id, name: name ?? id }))
  return {
    intent,
    secrets: intent === 'backup',
    source: { product: 'openclaw', gateway: now.version },
    agents: named,
    placeholders: account.placeholders,
    removed: account.removed,
    missing,
    entries,
  }
}

function sectionEntries(
  content: Content,
  agents: ReadonlySet<string>,
  wants: (section: ContentSection) => boolean,
  cleaning: Cleaning | null,
  account: Account,
  intent: Intent,
): CollectedEntry[] {
  const entries: CollectedEntry[] = []
  const add = (path: string, section: ContentSection, agent: string | null, tree: Tree) => {
    if (intent === 'share' && unpublishedSections.includes(section)) {
      if (Object.keys(tree).length > 0) account.took(path, 'section')
      return
    }
    const portable = cleaning === null || section !== 'gateway' ? tree : portableGateway(tree, path, intent, account)
    const marked = markSentinels(portable, path, account)
    entries.push(jsonEntry(path, section, agent, cleaning ? cleanTree(marked, path, cleaning) : marked))
  }
  for (const section of globalSections) {
    const tree = content.global[section]
    if (tree && wants(section)) add(`global/${section}.json`, section, null, tree)
  }
  for (const [id, { sections }] of content.agents) {
    if (!agents.has(id)) continue
    for (const section of agentSections)
      if (wants(section)) add(`agents/${id}/${section}.json`, section, id, sections[section] ?? {})
  }
  return entries
}

function portableGateway(tree: Tree, path: string, intent: Intent, account: Account): Tree {
  const { portable, own } = withoutOwn(tree)
  const ownSettings = Object.keys(isTree(own.gateway) ? own.gateway : {})
  if (ownSettings.length > 0) account.took(path, 'host', ownSettings.length)
  if (intent === 'clone') return portable
  const settings = Object.entries(isTree(portable.configuration) ? portable.configuration : {})
  const published = settings.filter(([name]) => publishedSettings.includes(name))
  if (published.length < settings.length) account.took(path, 'section', settings.length - published.length)
  return { configuration: Object.fromEntries(published) }
}

/** Where the gateway took out a secret that we could not read either, there is one to be filled in. */
function markSentinels(tree: Tree, entry: string, account: Account): Tree {
  const marked = (value: unknown, path: string): unknown => {
    if (typeof value === 'string' && value.includes(sentinel)) {
      account.toFill(`${entry}#${path}`, 'secret')
      return marker
    }
    if (Array.isArray(value)) return value.map((item, at) => marked(item, `${path}/${at}`))
    if (!isTree(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, marked(inner, `${path}/${pointed(name)}`)]),
    )
  }
  const result = marked(tree, '')
  return isTree(result) ? result : {}
}

const Machine = z.object({ hostname: z.string().optional(), machineName: z.string().optional() })
const People = z.object({
  users: z.array(z.looseObject({ displayName: z.string().nullish(), name: z.string().nullish() })),
})

async function knownAt(session: GatewaySession, now: GatewayNow, files: ReadonlyMap<string, AgentFiles>) {
  const machine = await session.call('system.info', {}, Machine).catch(() => ({ hostname: '', machineName: '' }))
  const people = await session.call('users.list', {}, People).catch(() => ({ users: [] }))
  const introductions: string[] = people.users.flatMap(({ displayName, name }) =>
    [displayName, name].flatMap((each) => (each ? [`Name: ${each}`] : [])),
  )
  for (const { files: listed, open } of files.values()) {
    if (!listed.some(({ path }) => path === 'USER.md')) continue
    const chunks: Uint8Array[] = []
    for await (const chunk of open('USER.md')) chunks.push(chunk)
    introductions.push(Buffer.concat(chunks).toString('utf8'))
  }
  return knownOf(now.configuration, introductions, [machine.hostname ?? '', machine.machineName ?? ''])
}
