import type { Command } from 'commander'
import { Freshness } from '../../../worker/features/agents/live/contract.ts'
import { answers } from '../../../worker/features/connectors/link/questions/contract.ts'
import { Session } from '../../api/session.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'
import { count } from '../pages.ts'
import { noteAge, notePart, pathOf } from './path.ts'

const freshness = { freshness: Freshness }
const ToolsAnswer = answers['tools.catalog'].extend(freshness)
const SkillsAnswer = answers.skills.extend(freshness)
const ChannelsAnswer = answers.channels.extend(freshness)
const SessionsAnswer = answers.sessions.extend(freshness)
const JobsAnswer = answers['cron.list'].extend(freshness)

export function registerAgentLive(agents: Command): void {
  withJson(
    agents
      .command('tools')
      .description('the tools an agent could have')
      .argument('<id>')
      .option('--session <key>', 'those that this session of it has'),
  ).action(async (id: string, { session: sessionKey, ...options }: JsonOption & { session?: string }) => {
    const session = await Session.open(process.env)
    const answer = await session.get(`${pathOf(id)}/tools`, ToolsAnswer, { sessionKey })
    noteAge(answer.freshness)
    const tools = answer.tools.groups.flatMap((group) => group.tools.map((tool) => ({ ...tool, group: group.id })))
    const columns = {
      tool: (tool: (typeof tools)[number]) => tool.id,
      group: (tool: (typeof tools)[number]) => tool.group,
      source: (tool: (typeof tools)[number]) => tool.source,
      description: (tool: (typeof tools)[number]) => tool.description,
    }
    showList(options, tools, columns, 'No tools.')
  })

  withJson(agents.command('skills').description('the skills of an agent, and what each lacks').argument('<id>')).action(
    async (id: string, options: JsonOption) => {
      const session = await Session.open(process.env)
      const { skills, isComplete, freshness: age } = await session.get(`${pathOf(id)}/skills`, SkillsAnswer)
      noteAge(age)
      notePart(isComplete)
      type Row = (typeof skills)[number]
      const columns = {
        skill: (skill: Row) => skill.name,
        usable: (skill: Row) => (skill.isEligible && !skill.isDisabled ? 'yes' : 'no'),
        lacks: ({ missing }: Row) =>
          [...missing.bins, ...missing.env, ...missing.config, ...(missing.unsorted ?? [])].join(', '),
        source: (skill: Row) => skill.source,
      }
      showList(options, skills, columns, 'No skills.')
    },
  )

  withJson(agents.command('channels').description("the channels of an agent's gateway").argument('<id>')).action(
    async (id: string, options: JsonOption) => {
      const session = await Session.open(process.env)
      const { channels, freshness: age } = await session.get(`${pathOf(id)}/channels`, ChannelsAnswer)
      noteAge(age)
      type Row = (typeof channels)[number]
      const columns = {
        channel: (channel: Row) => channel.label,
        configured: (channel: Row) => yesNo(channel.isConfigured),
        running: (channel: Row) => yesNo(channel.isRunning),
        accounts: (channel: Row) => channel.accounts.length,
      }
      showList(options, channels, columns, 'The gateway has no channels.')
    },
  )

  withJson(
    agents
      .command('sessions')
      .description('the conversations of an agent, the newest first')
      .argument('<id>')
      .option('--limit <count>', 'how many', count),
  ).action(async (id: string, { limit, ...options }: JsonOption & { limit?: number }) => {
    const session = await Session.open(process.env)
    const {
      sessions,
      isComplete,
      freshness: age,
    } = await session.get(`${pathOf(id)}/sessions`, SessionsAnswer, { limit })
    noteAge(age)
    notePart(isComplete)
    type Row = (typeof sessions)[number]
    const columns = {
      session: ({ key }: Row) => key,
      label: ({ label }: Row) => label,
      active: ({ isActive }: Row) => yesNo(isActive),
      model: ({ model }: Row) => model,
      tokens: ({ totalTokens }: Row) => totalTokens,
      'spawned by': ({ spawnedBy }: Row) => spawnedBy,
      updated: ({ updatedAt }: Row) => updatedAt,
    }
    showList(options, sessions, columns, 'The gateway has no session of it yet.')
  })

  withJson(
    agents
      .command('cron')
      .description('the scheduled jobs of an agent as its gateway has them; to change one: clawbutler cron')
      .argument('<id>'),
  ).action(async (id: string, options: JsonOption) => {
    const session = await Session.open(process.env)
    const { jobs, isComplete, freshness: age } = await session.get(`${pathOf(id)}/cron`, JobsAnswer)
    noteAge(age)
    notePart(isComplete)
    type Row = (typeof jobs)[number]
    const columns = {
      job: ({ id: job }: Row) => job,
      name: ({ name }: Row) => name,
      enabled: ({ isEnabled }: Row) => yesNo(isEnabled),
      managed: ({ isManaged }: Row) => yesNo(isManaged),
      next: ({ nextRunAt }: Row) => nextRunAt,
      last: ({ lastStatus }: Row) => lastStatus,
    }
    showList(options, jobs, columns, 'It has no scheduled jobs.')
  })
}

const yesNo = (value: boolean | null): string | null => (value === null ? null : value ? 'yes' : 'no')
