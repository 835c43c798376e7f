import type { RiskRule } from './command-risk.ts'

interface ToolRule extends RiskRule {
  words: ReadonlySet<string>
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** For tools that are no command line: by the words of their name, `sendMessage`, `send_message` or `message.send`. */
const toolRules: readonly ToolRule[] = [
  {
    rule: 'payment',
    risk: 'critical',
    impact: ['spending'],
    reversibility: 'irreversible',
    words: words('pay payment payments purchase checkout refund transfer invoice buy charge wire withdraw payout'),
  },
  {
    rule: 'message-send',
    risk: 'high',
    impact: ['data_exposure'],
    reversibility: 'irreversible',
    words: words(
      'send message messages email mail sms post tweet publish reply notify slack telegram whatsapp discord',
    ),
  },
  {
    rule: 'tool-delete',
    risk: 'high',
    impact: ['data_loss'],
    reversibility: 'irreversible',
    words: words('delete remove rm trash unlink purge drop destroy erase wipe'),
  },
  {
    rule: 'tool-execute',
    risk: 'high',
    impact: ['code_execution'],
    reversibility: 'unknown',
    words: words('exec execute bash shell run process terminal eval python code script nodes node'),
  },
  {
    rule: 'agent-control',
    risk: 'high',
    impact: ['service', 'access'],
    reversibility: 'partly',
    words: words('gateway config configure settings permission permissions grant admin plugin plugins skill skills'),
  },
  {
    rule: 'agent-control',
    risk: 'medium',
    impact: ['service'],
    reversibility: 'partly',
    words: words('cron schedule spawn subagent subagents sessions agent agents'),
  },
  {
    rule: 'tool-write',
    risk: 'medium',
    impact: ['data_change'],
    reversibility: 'partly',
    words: words('write edit patch apply create update put set save move rename upload insert append replace'),
  },
  {
    rule: 'browser-action',
    risk: 'medium',
    impact: ['data_exposure', 'data_change'],
    reversibility: 'unknown',
    words: words('browser click navigate type playwright puppeteer canvas computer'),
  },
  {
    rule: 'network-exfiltration',
    risk: 'medium',
    impact: ['data_exposure'],
    reversibility: 'unknown',
    words: words('fetch http request curl webhook download'),
  },
]

const readOnlyTool: ToolRule = {
  rule: 'read-only',
  risk: 'low',
  impact: [],
  reversibility: 'reversible',
  words: words('read get list search find grep glob ls view show status describe query stat image memory'),
}

const unknownTool: RiskRule = { rule: 'unknown-tool', risk: 'medium', impact: [], reversibility: 'unknown' }

/** The rules that the name of a tool falls under, with the word of it; never none. */
export const toolRulesOf = (name: string): { rule: RiskRule; matched: string }[] => {
  const named = wordsOfName(name)
  const found = toolRules.flatMap((rule) => {
    const matched = named.find((word) => rule.words.has(word))
    return matched === undefined ? [] : [{ rule, matched }]
  })
  if (found.length > 0)
    return found.filter(({ rule }, index) => found.findIndex((each) => each.rule.rule === rule.rule) === index)
  const reads = named.find((word) => readOnlyTool.words.has(word))
  return [reads === undefined ? { rule: unknownTool, matched: '' } : { rule: readOnlyTool, matched: reads }]
}

const wordsOfName = (name: string): string[] =>
  name
    .slice(0, 300)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
