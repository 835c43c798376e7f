import type { RequestFacts } from '../rules/contract.ts'
import type { GrantPattern, GrantProposal } from './contract.ts'

type Widened = Pick<GrantProposal, 'label' | 'pattern'>
type DepthOf = (program: string) => number

/**
 * Grants that could be made of a request, the narrowest first. What is critical is proposed as exactly itself or not at
 * all. `depthOf` tells how many of a program's words belong to what it does.
 */
export const proposalsFor = (facts: RequestFacts, depthOf: DepthOf): Widened[] => {
  const exact = exactly(facts)
  const wider =
    facts.risk === 'critical' ? [] : isTool(facts) ? widerCalls(exact) : widerCommands(facts, exact, depthOf)
  return [{ label: 'exact', pattern: exact }, ...wider]
}

const isTool = ({ source, command }: RequestFacts) => source === 'openclaw.plugin' || command === ''

const exactly = (facts: RequestFacts): GrantPattern => {
  const bySimpleWords = facts.argv.length > 0 && facts.argv.length <= wordsMax
  return {
    source: facts.source,
    action: facts.action,
    agentId: facts.agent.id || null,
    connectorId: facts.connector.id || null,
    command: facts.command === '' || bySimpleWords ? null : facts.command,
    words: bySimpleWords ? { words: facts.argv.map((exact) => ({ exact })), more: false } : null,
    cwd: facts.cwd === '' ? null : { path: facts.cwd, within: false },
    arguments: Object.keys(facts.arguments).length === 0 ? null : facts.arguments,
    riskMax: facts.risk,
  }
}

/** As many as a pattern takes. */
const wordsMax = 64

const widerCalls = (exact: GrantPattern): Widened[] =>
  exact.arguments === null && exact.command === null
    ? []
    : [{ label: 'any_arguments', pattern: { ...exact, command: null, arguments: null } }]

/** Each one covers what the one before it covers. */
const widerCommands = (facts: RequestFacts, exact: GrantPattern, depthOf: DepthOf): Widened[] => {
  const below: GrantPattern = exact.cwd === null ? exact : { ...exact, cwd: { path: facts.cwd, within: true } }
  const widened: Widened[] = below === exact ? [] : [{ label: 'any_directory_below', pattern: below }]
  const kept = wordsThatStay(facts.argv, depthOf)
  if (exact.words === null || kept === null) return widened
  const last = lastPlainWords(facts.argv, kept)
  if (last < facts.argv.length) {
    const words = facts.argv.map((exact, index) => (index < last ? { exact } : { any: true as const }))
    widened.push({ label: 'any_last_words', pattern: { ...below, words: { words, more: false } } })
  }
  const words = facts.argv.slice(0, kept).map((exact) => ({ exact }))
  widened.push({ label: 'any_arguments', pattern: { ...below, words: { words, more: true } } })
  return widened
}

/**
 * How many words say what is done, and so stay as they are: the program and its sub-command. Null where that cannot be
 * told, and for what runs whatever its arguments say: to allow that with other words is to allow everything.
 */
const wordsThatStay = ([program = '', ...rest]: string[], depthOf: DepthOf): number | null => {
  const name = program.slice(program.lastIndexOf('/') + 1)
  const subcommand = rest.slice(0, depthOf(name))
  const isTold = subcommand.every((word) => /^[a-z][a-z0-9:-]*$/i.test(word) && !running.has(word))
  return isTold && !interpreters.has(name.replace(/[\d.]+$/, '')) ? 1 + subcommand.length : null
}

/** Where the last words begin that are no options. */
const lastPlainWords = (argv: string[], kept: number): number => {
  let start = argv.length
  while (start > kept && !argv[start - 1]?.startsWith('-')) start -= 1
  return start
}

const interpreters = new Set(
  (
    'ash awk bash bun bunx chroot cmd csh dash deno doas docker-compose env eval exec expect fish find gawk ionice ' +
    'irb ksh lua make mawk nice node nodejs nohup nsenter npx nu osascript parallel perl php pipx pnpx powershell ' +
    'psql pwsh python ruby screen script sed setsid sh sqlite ssh stdbuf strace su sudo systemd-run tclsh time ' +
    'timeout tmux tsx unshare uvx vi vim watch xargs zsh'
  ).split(' '),
)

/** Sub-commands of the same kind, or that have such ones below them. */
const running = new Set(
  'compose container debug dlx eval exec plugin run run-script service ssh ssm stack x'.split(' '),
)
