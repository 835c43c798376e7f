import type { Command } from 'commander'
import {
  type Difference,
  MemoryChanged,
  MemoryVersion,
  MemoryVersionShown,
} from '../../../worker/features/memory/contract.ts'
import { Session } from '../../api/session.ts'
import { plain, print, printJson } from '../../output/output.ts'
import { slow } from '../agents/path.ts'
import { agreed } from '../confirm.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'
import { count, listUpTo } from '../pages.ts'
import { sayChanged } from './edit.ts'
import { memoryOf, readMemory } from './paths.ts'

export function registerMemoryHistory(memory: Command): void {
  withJson(
    memory
      .command('history')
      .description('the versions of a file, or what one of them changed')
      .argument('<agent>')
      .argument('<path>')
      .option('--version <id>', 'show line by line what this version changed')
      .option('--limit <count>', 'how many', count),
  ).action(history)
  withJson(
    memory
      .command('rollback')
      .description('make an older version of a file the newest')
      .argument('<agent>')
      .argument('<version>', 'its id, as in the history')
      .option('--yes', 'do not ask'),
  ).action(async (agent: string, versionId: string, { yes, ...options }: JsonOption & { yes?: boolean }) => {
    const session = await Session.open(process.env)
    const { version } = await session.get(versionPath(agent, versionId), MemoryVersionShown)
    const { hash } = await readMemory(session, agent, version.path)
    await agreed(plain(`Bring back ${version.path} as it was at ${version.at}?`), yes ?? false)
    const body = { versionId, expectedHash: hash }
    const changed = await session.post(`${memoryOf(agent)}/rollback`, MemoryChanged, body, slow)
    sayChanged(version.path, changed, options)
  })
}

type HistoryOptions = JsonOption & { version?: string; limit?: number }

async function history(agent: string, path: string, { version, limit, ...options }: HistoryOptions) {
  const session = await Session.open(process.env)
  if (version) {
    const shown = await session.get(versionPath(agent, version), MemoryVersionShown)
    if (options.json) printJson(shown)
    else printDifference(shown.difference)
    return
  }
  const items = await listUpTo(session, `${memoryOf(agent)}/versions`, MemoryVersion, { path }, limit)
  const columns = {
    id: (one: MemoryVersion) => one.id,
    at: (one: MemoryVersion) => one.at,
    bytes: (one: MemoryVersion) => (one.hash === null ? 'gone' : one.sizeBytes),
    by: (one: MemoryVersion) => one.author?.name ?? 'seen at the gateway',
    'brings back': (one: MemoryVersion) => one.restoredFrom,
  }
  showList(options, items, columns, 'Nobody has read or changed it from here yet.')
}

const versionPath = (agent: string, id: string): string => `${memoryOf(agent)}/versions/${encodeURIComponent(id)}`

const marks = { same: ' ', added: '+', removed: '-' } as const

function printDifference({ hunks }: Difference): void {
  for (const { before, after, lines } of hunks) {
    print(`@@ ${before} ${after} @@`)
    for (const { kind, text } of lines) print(`${marks[kind]}${plain(text)}`)
  }
}
