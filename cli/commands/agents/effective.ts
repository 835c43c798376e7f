import { type Command, InvalidArgumentError, Option } from 'commander'
import { AgentEffective, senders } from '../../../worker/features/agents/explain/api/contract.ts'
import type { Explanation } from '../../../worker/features/agents/explain/contract.ts'
import { Session } from '../../api/session.ts'
import { Failure } from '../../output/failure.ts'
import { facts, note, plain, print, printJson, table } from '../../output/output.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { comparisonOf, inShort, moment, showDifference } from './compare.ts'
import { noteAge, pathOf } from './path.ts'

type Options = JsonOption & {
  session?: string
  model?: string
  sender?: (typeof senders)[number]
  senderId?: string
  senderPhone?: string
  senderUsername?: string
  senderName?: string
  channel?: string
  spawnDepth?: number
  tool?: string
  settings?: boolean
  with?: string
  from?: string
  to?: string
}
type Tool = Explanation['tools'][number]
type Finding = Explanation['findings'][number]
type Setting = Explanation['settings'][number]

export function registerAgentEffective(agents: Command): void {
  withJson(
    agents
      .command('effective')
      .description('why an agent has the tools that it has, and what is odd about its rules')
      .argument('<id>')
      .option('--session <key>', 'in this conversation instead of its main one')
      .option('--model <model>', 'with this model, as provider/model')
      .addOption(new Option('--sender <who>', 'whether the gateway takes the sender for its owner').choices(senders))
      .option('--sender-id <id>', 'who sends, for the rules by sender')
      .option('--sender-phone <number>')
      .option('--sender-username <name>')
      .option('--sender-name <name>')
      .option('--channel <name>', 'where the message comes from; a terminal or the web chat without it')
      .option('--spawn-depth <count>', 'as a sub-agent with so many parents', depth)
      .option('--tool <name>', 'every step of the policy for one tool')
      .option('--settings', 'its settings, each with the layer that gave it')
      .option('--with <id>', 'what differs from another agent')
      .option('--from <version>', 'what differs between a version of its configuration, or live, and --to', moment)
      .option('--to <version>', 'the other version, or live, which it is by default', moment),
  ).action(async (id: string, options: Options) => {
    const session = await Session.open(process.env)
    const { session: sessionKey, json: _json, tool, settings, with: other, from, to, ...circumstances } = options
    const compared = await comparisonOf(session, id, { with: other, from, to }, { sessionKey, ...circumstances })
    if (compared) {
      if (options.json) printJson(compared)
      else showDifference(compared.difference)
      return
    }
    const found = await session.get(`${pathOf(id)}/effective`, AgentEffective, { sessionKey, ...circumstances })
    noteAge(found.freshness)
    if (options.json) return printJson(found)
    const { explanation } = found
    if (tool !== undefined) return showTool(explanation, tool)
    if (settings) return showSettings(explanation.settings)
    if (found.parents.length > 0)
      note(`Spawned by ${plain(found.parents.join(', by '))}; it inherits what its parent would hand down now.`)
    if (!found.isCompared) note('The gateway was not asked for its own list: what it does not build is not known.')
    showTools(explanation)
  })
}

const depth = (text: string): number => {
  if (/^\d{1,2}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number from 0 on.')
}

const whereOf = (entry: { entry: string; path: string | null } | null | undefined): string | null =>
  entry ? `${entry.entry} (${entry.path ?? 'built in'})` : null

const reasonOf = ({ decidedBy, construction, steps, knownDifference }: Tool): string | null => {
  if (decidedBy === 'construction') return whereOf(construction.by) ?? construction.reason
  if (decidedBy === null && knownDifference === 'pluginProfileUnknown')
    return 'not known whether its plugin declares it part of the profile'
  return whereOf(steps.find(({ step }) => step === decidedBy)?.by)
}

function showTools({ findings, tools }: Explanation): void {
  if (findings.length > 0)
    print(
      `${table(findings, {
        severity: (finding: Finding) => finding.severity,
        finding: (finding) => finding.code,
        where: (finding) => finding.paths.join(', '),
        about: (finding) => [...Object.values(finding.params), ...finding.tools].join(', '),
      })}\n`,
    )
  print(
    table(tools, {
      tool: (tool: Tool) => tool.name,
      outcome: (tool) => tool.outcome,
      'decided by': (tool) => tool.decidedBy,
      rule: reasonOf,
      gateway: (tool) => (tool.agrees === false ? `differs: ${tool.gateway}` : tool.gateway),
    }),
  )
}

function showTool({ tools, steps }: Explanation, name: string): void {
  const tool = tools.find((each) => each.name === name)
  if (!tool) throw new Failure(`The gateway knows no tool “${name}”.`)
  const { construction } = tool
  const outcome = { tool: tool.name, outcome: tool.outcome, 'decided by': tool.decidedBy, gateway: tool.gateway }
  print(
    facts({ ...outcome, built: construction.reason ?? construction.state, 'known difference': tool.knownDifference }),
  )
  print(
    table(steps, {
      step: ({ label }) => label,
      verdict: ({ step, off }) => tool.steps.find((each) => each.step === step)?.verdict ?? off,
      rule: ({ step }) => whereOf(tool.steps.find((each) => each.step === step)?.by),
    }),
  )
}

function showSettings(settings: readonly Setting[]): void {
  print(
    table(settings, {
      setting: (setting: Setting) => (setting.known ? setting.name : `${setting.name} (unknown)`),
      value: ({ value }) => inShort(value),
      layer: ({ layer, path }) => path ?? layer,
      hides: ({ hides }) => hides.map(({ value, path, layer }) => `${inShort(value)} (${path ?? layer})`).join(', '),
    }),
  )
}
