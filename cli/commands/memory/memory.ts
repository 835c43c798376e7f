import type { Command } from 'commander'
import { MemoryFiles, MemoryFound } from '../../../worker/features/memory/contract.ts'
import { Session } from '../../api/session.ts'
import { note, plain, print, printJson } from '../../output/output.ts'
import { noteAge } from '../agents/path.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'
import { showFile } from '../show-file.ts'
import { registerMemoryEdit } from './edit.ts'
import { registerMemoryHistory } from './history.ts'
import { memoryOf, readMemory } from './paths.ts'

export function registerMemory(program: Command): void {
  const memory = program.command('memory').description('what agents write down for themselves')
  withJson(memory.command('list').description('the files of an agent’s memory').argument('<agent>')).action(
    async (agent: string, options: JsonOption) => {
      const found = await (await Session.open(process.env)).get(`${memoryOf(agent)}/files`, MemoryFiles)
      noteAge(found.freshness)
      if (!found.isComplete) note('There are more files than are listed.')
      if (found.reach === 'main_only') note('From here only MEMORY.md can be changed.')
      type Row = (typeof found.files)[number]
      const columns = {
        path: (file: Row) => file.path,
        bytes: (file: Row) => file.sizeBytes,
        changed: (file: Row) => file.updatedAt,
      }
      showList(options, found.files, columns, 'It has written down nothing yet.')
    },
  )
  withJson(
    memory
      .command('search')
      .description('search one memory, or those of all agents that were active last')
      .argument('<query>')
      .option('--agent <id>', 'only of this agent'),
  ).action(search)
  withJson(
    memory
      .command('show')
      .description('print a file')
      .argument('<agent>')
      .argument('<path>')
      .option('--out <file>', 'write it there instead of printing it'),
  ).action(async (agent: string, path: string, options: JsonOption & { out?: string }) => {
    await showFile(path, await readMemory(await Session.open(process.env), agent, path), options)
  })
  registerMemoryEdit(memory)
  registerMemoryHistory(memory)
}

async function search(query: string, { agent, ...options }: JsonOption & { agent?: string }) {
  const found = await (await Session.open(process.env)).get('/memory/search', MemoryFound, { query, agentId: agent })
  noteUnsearched(found.agents)
  if (found.notAsked > 0) note(`${found.notAsked} agents were not asked.`)
  if (options.json) return printJson(found)
  const names = new Map(found.agents.map(({ agentId, name }) => [agentId, name]))
  for (const { agentId, path, line, snippet } of found.hits) {
    print(plain(`${names.get(agentId) ?? agentId}  ${path}${line === null ? '' : `:${line}`}`))
    for (const text of snippet.split('\n')) print(`    ${plain(text)}`)
  }
  if (found.hits.length === 0)
    note(found.isComplete ? 'Nothing was found.' : 'Nothing was found where it was searched.')
}

const namedMax = 5

/** A line for each reason: an organization has hundreds of agents, of which many may be away. */
function noteUnsearched(agents: MemoryFound['agents']) {
  const byReason = new Map<string, string[]>()
  for (const { name, outcome } of agents)
    if (outcome !== 'searched') byReason.set(outcome, [...(byReason.get(outcome) ?? []), name])
  for (const [outcome, names] of byReason) {
    const others = names.length - namedMax
    const who = `${names.slice(0, namedMax).join(', ')}${others > 0 ? ` and ${others} more` : ''}`
    note(plain(`${who} ${names.length === 1 ? 'was' : 'were'} not searched: ${outcome}.`))
  }
}
