import { z } from 'zod'
import { risks } from '../../../platform/contract.ts'
import { approvalSources, conditionLengthMax, reversibilities } from '../contract.ts'

/** How much of a thing there can be, for the bound of a condition's cost: text in UTF-16 units, entries of a list. */
export interface Bound {
  chars: number
  items: number
}

interface Variable {
  name: string
  type: 'string' | 'int' | 'list(string)' | 'map(string, any)' | 'timestamp'
  chars?: number
  items?: number
  /** The only values it can have. */
  values?: readonly string[]
  mayBeNull?: boolean
}

const short = 300
/** A command of more words has no `argv`, as if it were not a simple one. */
export const argvWordsMax = 512
/** A list or an object in `arguments` that has more entries cannot be looked at: the condition fails. */
export const argumentEntriesMax = 1_000
/** The same for all that `arguments` hold together, as JSON. */
export const argumentCharsMax = 262_144
export const riskRulesMax = 64

/** What a condition may look at: the one list of it, for the checker, the editor and docs/design/rules.md. */
export const conditionVariables: readonly Variable[] = [
  { name: 'source', type: 'string', values: approvalSources },
  { name: 'action', type: 'string', chars: short },
  { name: 'command', type: 'string', chars: 32_000 },
  { name: 'argv', type: 'list(string)', chars: 32_000, items: argvWordsMax },
  { name: 'cwd', type: 'string', chars: 4_000 },
  { name: 'host', type: 'string', chars: short },
  { name: 'session', type: 'string', chars: short },
  { name: 'arguments', type: 'map(string, any)', chars: argumentCharsMax, items: argumentEntriesMax },
  { name: 'risk', type: 'string', values: risks },
  { name: 'riskRules', type: 'list(string)', chars: 8_000, items: riskRulesMax },
  { name: 'reversibility', type: 'string', values: reversibilities },
  { name: 'costMicroUsd', type: 'int', mayBeNull: true },
  { name: 'agent.id', type: 'string', chars: short },
  { name: 'agent.externalId', type: 'string', chars: short },
  { name: 'agent.name', type: 'string', chars: short },
  { name: 'agent.model', type: 'string', chars: short },
  { name: 'connector.id', type: 'string', chars: short },
  { name: 'connector.name', type: 'string', chars: short },
  { name: 'requester.kind', type: 'string', values: ['connector', 'member', 'api_key', 'system'] },
  { name: 'requester.id', type: 'string', chars: short },
  { name: 'requester.name', type: 'string', chars: short },
  { name: 'time.at', type: 'timestamp' },
  { name: 'time.date', type: 'string', chars: 10 },
  { name: 'time.year', type: 'int' },
  { name: 'time.month', type: 'int' },
  { name: 'time.day', type: 'int' },
  { name: 'time.weekday', type: 'int' },
  { name: 'time.hour', type: 'int' },
  { name: 'time.minute', type: 'int' },
]

interface ConditionFunction {
  name: string
  example: string
  /** Not of CEL itself. */
  ours: boolean
}

/** What a condition may call, each with an example that an editor can offer. */
export const conditionFunctions: readonly ConditionFunction[] = [
  { name: 'atLeast', example: 'risk.atLeast("high")', ours: true },
  { name: 'within', example: 'cwd.within("/srv")', ours: true },
  { name: 'glob', example: 'command.glob("npm run *")', ours: true },
  { name: 'hasOption', example: 'argv.hasOption("--force")', ours: true },
  { name: 'text', example: 'arguments.text("path")', ours: true },
  { name: 'startsWith', example: 'argv.startsWith(["git", "push"])', ours: true },
  { name: 'startsWith', example: 'command.startsWith("git ")', ours: false },
  { name: 'endsWith', example: 'cwd.endsWith("/deploy")', ours: false },
  { name: 'contains', example: 'command.contains("--prod")', ours: false },
  { name: 'matches', example: 'command.matches("^kubectl (get|describe) ")', ours: false },
  { name: 'lowerAscii', example: 'command.lowerAscii().contains("drop table")', ours: false },
  { name: 'exists', example: 'argv.exists(word, word.startsWith("/etc"))', ours: false },
  { name: 'all', example: 'argv.all(word, !word.contains(".."))', ours: false },
  { name: 'exists_one', example: 'argv.exists_one(word, word == "--")', ours: false },
  { name: 'filter', example: 'argv.filter(word, word.startsWith("-"))', ours: false },
  { name: 'map', example: 'argv.map(word, word.lowerAscii())', ours: false },
  { name: 'has', example: 'has(arguments.path)', ours: false },
  { name: 'size', example: 'size(argv)', ours: false },
  { name: 'string', example: 'string(arguments.port)', ours: false },
  { name: 'int', example: 'int(arguments.port)', ours: false },
  { name: 'double', example: 'double(arguments.amount)', ours: false },
  { name: 'bool', example: 'bool(arguments.force)', ours: false },
  { name: 'type', example: 'type(arguments.port) == string', ours: false },
  { name: 'getHours', example: 'time.at.getHours("Europe/Vienna")', ours: false },
  { name: 'getMinutes', example: 'time.at.getMinutes("Europe/Vienna")', ours: false },
  { name: 'getDayOfWeek', example: 'time.at.getDayOfWeek("Europe/Vienna")', ours: false },
]

export const conditionFaultCodes = [
  'syntax',
  'unknown_name',
  'unknown_field',
  'unknown_function',
  'type',
  'value',
  'pattern',
  'may_be_null',
  'may_be_absent',
  'too_costly',
] as const

/** What is wrong with a condition, and where: `offset` counts UTF-16 units. */
export const ConditionFault = z.object({
  code: z.enum(conditionFaultCodes),
  message: z.string(),
  offset: z.number().int().nonnegative(),
  /** What was probably meant. */
  suggestion: z.string().nullable(),
})
export type ConditionFault = z.infer<typeof ConditionFault>

export const CheckCondition = z.strictObject({ condition: z.string().max(conditionLengthMax) })

export const ConditionCheck = z.object({
  ok: z.boolean(),
  faults: z.array(ConditionFault),
  /** What works, though perhaps not as meant. */
  warnings: z.array(ConditionFault),
  /** Steps of the longest evaluation possible; null while there are faults of another kind. */
  cost: z.number().int().nullable(),
  costMax: z.number().int(),
  /** What it looks at, such as `risk` and `agent.name`. */
  variables: z.array(z.string()),
})
export type ConditionCheck = z.infer<typeof ConditionCheck>
