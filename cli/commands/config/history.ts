import { type Command, InvalidArgumentError } from 'commander'
import { Snapshot, SnapshotWithContent, VersionsDiff } from '../../../worker/features/snapshots/contract.ts'
import { Session } from '../../api/session.ts'
import { note, plain, printJson } from '../../output/output.ts'
import { pathOf } from '../agents/path.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'
import { count, listUpTo } from '../pages.ts'
import { printChanges } from './changes.ts'
import { type ScopeOption, withScope } from './scope.ts'

type Options = JsonOption & ScopeOption

export function registerConfigHistory(config: Command): void {
  withJson(
    withScope(config.command('history').description('the versions of an agent’s configuration'))
      .argument('<agent>')
      .option('--limit <count>', 'how many', count),
  ).action(history)

  withJson(
    withScope(config.command('show').description('what a version holds, without secrets'))
      .argument('<agent>')
      .argument('<version>', 'its number', count),
  ).action(async (agent: string, version: number, { scope, json }: Options) => {
    const session = await Session.open(process.env)
    const found = await session.get(`${pathOf(agent)}/versions/${version}`, SnapshotWithContent, { scope })
    if (json) return printJson(found)
    note(plain(spokenOf(found)))
    printJson(found.content)
  })

  withJson(
    withScope(config.command('diff').description('what differs between two versions, or from what is live'))
      .argument('<agent>')
      .argument('<from>', 'the number of a version, or live', end)
      .argument('[to]', 'the same', end, 'live'),
  ).action(async (agent: string, from: string, to: string, { scope, json }: Options) => {
    const session = await Session.open(process.env)
    const diff = await session.get(`${pathOf(agent)}/diff`, VersionsDiff, { scope, from, to })
    if (json) return printJson(diff)
    note(plain(`Before: ${spokenOf(diff.from)}`))
    note(plain(`After:  ${spokenOf(diff.to)}`))
    printChanges(diff.changes, 'Nothing differs.')
  })
}

async function history(agent: string, { scope, limit, ...options }: Options & { limit?: number }) {
  const session = await Session.open(process.env)
  const items = await listUpTo(session, `${pathOf(agent)}/versions`, Snapshot, { scope }, limit)
  const columns = {
    version: (one: Snapshot) => one.version,
    at: (one: Snapshot) => one.at,
    why: whyOf,
    by: (one: Snapshot) => one.author?.name || one.author?.id || null,
    approval: (one: Snapshot) => one.approvalId,
    hash: (one: Snapshot) => one.hash.slice(0, 12),
  }
  showList(options, items, columns, 'Nobody has looked at it from here yet.')
}

const whyOf = ({ cause, restores }: Pick<Snapshot, 'cause' | 'restores'>): string => {
  if (restores === null) return cause
  return cause === 'rollback' ? `rollback to ${restores}` : `part of a rollback to ${restores}`
}

const spokenOf = ({ version, at, author, ...one }: Snapshot): string =>
  `version ${version}, ${whyOf(one)}${author ? ` by ${author.name || author.id}` : ''}, ${at}`

function end(text: string): string {
  if (text === 'live' || /^[1-9]\d{0,9}$/.test(text)) return text
  throw new InvalidArgumentError('It must be the number of a version, or live.')
}
