import type { GrantPattern } from '../../../worker/features/grants/contract.ts'

/** A text as CEL writes it; JSON's escapes are CEL's, too. */
export const quoted = (text: string) => JSON.stringify(text)

/** The words as they would be compared one by one; what may be anything is left out. */
const wordsCondition = ({ words, more }: NonNullable<GrantPattern['words']>) => {
  const exact = words.flatMap((word, at) => ('exact' in word ? [{ at, text: word.exact }] : []))
  const lead = exact.filter(({ at }, index) => at === index)
  const rest = exact.slice(lead.length)
  return [
    ...(lead.length > 0 ? [`argv.startsWith([${lead.map(({ text }) => quoted(text)).join(', ')}])`] : []),
    `size(argv) ${more ? '>=' : '=='} ${words.length}`,
    ...rest.map(({ at, text }) => `argv[${at}] == ${quoted(text)}`),
  ]
}

/** What a grant covers, said as the condition of a rule; one line for each part. */
export const conditionOf = (pattern: GrantPattern): string =>
  [
    `source == ${quoted(pattern.source)}`,
    ...(pattern.source === 'openclaw.exec' ? [] : [`action == ${quoted(pattern.action)}`]),
    ...(pattern.agentId === null ? [] : [`agent.id == ${quoted(pattern.agentId)}`]),
    ...(pattern.connectorId === null ? [] : [`connector.id == ${quoted(pattern.connectorId)}`]),
    ...(pattern.command === null ? [] : [`command == ${quoted(pattern.command)}`]),
    ...(pattern.words === null ? [] : wordsCondition(pattern.words)),
    ...(pattern.cwd === null
      ? []
      : [pattern.cwd.within ? `cwd.within(${quoted(pattern.cwd.path)})` : `cwd == ${quoted(pattern.cwd.path)}`]),
    ...Object.entries(pattern.arguments ?? {}).map(([name, value]) =>
      typeof value === 'string'
        ? `arguments.text(${quoted(name)}) == ${quoted(value)}`
        : `${quoted(name)} in arguments && arguments[${quoted(name)}] == ${celValue(value)}`,
    ),
    ...(pattern.riskMax === 'critical' ? [] : [`!risk.atLeast(${quoted(aboveOf[pattern.riskMax])})`]),
  ].join(' &&\n')

const aboveOf = { low: 'medium', medium: 'high', high: 'critical' } as const

/** Numbers of JSON are doubles in a condition, and `1` alone would be an integer. */
const celValue = (value: unknown): string => {
  if (typeof value === 'number') return Number.isInteger(value) ? `${value}.0` : String(value)
  if (Array.isArray(value)) return `[${value.map(celValue).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([name, one]) => `${quoted(name)}: ${celValue(one)}`)
      .join(', ')}}`
  return JSON.stringify(value)
}
