import type { RequestFacts } from '../../../../worker/features/rules/contract.ts'
import { someFacts } from '../facts.ts'

export type Chance = () => number

/** Mulberry32: the same seed makes the same conditions, so that a failure can be repeated. */
export const chanceFrom = (seed: number): Chance => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export const oneOf = <T>(chance: Chance, list: readonly T[]): T => {
  const item = list[Math.floor(chance() * list.length)]
  if (item === undefined) throw new Error('nothing to choose from')
  return item
}

const words = ['git', 'push', '--force', '-rf', 'rm', '/srv/app', '/etc/passwd', 'prod', '', '--', 'é😀', 'a\nb']
const text = (chance: Chance) => JSON.stringify(oneOf(chance, words))
const fields = [
  'command',
  'cwd',
  'host',
  'action',
  'agent.name',
  'agent.model',
  'connector.name',
  'arguments.text("path")',
  'command.lowerAscii()',
  'argv[0]',
  'argv[9]',
  'time.date',
]

/** A condition that the checker takes; many of them fail on many requests, for missing arguments, entries and costs. */
export const someCondition = (chance: Chance, depth: number): string => {
  const inner = () => someCondition(chance, depth - 1)
  if (depth > 0 && chance() < 0.7)
    return oneOf(chance, [
      () => `(${inner()} && ${inner()})`,
      () => `(${inner()} || ${inner()})`,
      () => `!(${inner()})`,
      () => `(${inner()} ? ${inner()} : ${inner()})`,
      () => `(${inner()}) == (${inner()})`,
    ])()
  return `(${leaf(chance)})`
}

const leaf = (chance: Chance): string => {
  const field = () => oneOf(chance, fields)
  return oneOf(chance, [
    () => `${field()} == ${text(chance)}`,
    () => `${field()} != ${field()}`,
    () => `${text(chance)} == ${field()}`,
    () => `${field()} in [${text(chance)}, ${text(chance)}]`,
    () => `${text(chance)} in argv`,
    () => `"read-only" in riskRules`,
    () => `${field()}.startsWith(${text(chance)})`,
    () => `${field()}.endsWith(${text(chance)})`,
    () => `${field()}.contains(${text(chance)})`,
    () => `${field()}.contains(${field()})`,
    () =>
      `${field()}.matches(${JSON.stringify(oneOf(chance, ['^git', 'p(us|ul)h', '\\s--?f', '.', '^$', '(?i)PROD']))})`,
    () => `${field()}.glob(${JSON.stringify(oneOf(chance, ['*', 'git *', '/srv/*', '?*?', 'a*b', '*o*']))})`,
    () => `cwd.within(${JSON.stringify(oneOf(chance, ['/srv', '/', '/srv/app/', '/etc']))})`,
    () => `risk.atLeast("${oneOf(chance, ['low', 'medium', 'high', 'critical'])}")`,
    () => `agent.name.atLeast("high")`,
    () => `risk == "${oneOf(chance, ['low', 'high'])}"`,
    () => `argv.hasOption(${JSON.stringify(oneOf(chance, ['--force', '-f', '-r', '--']))})`,
    () => `argv.startsWith([${text(chance)}, ${text(chance)}])`,
    () => `argv.exists(word, ${loopLeaf(chance)})`,
    () => `argv.all(word, ${loopLeaf(chance)})`,
    () => `argv.exists_one(word, ${loopLeaf(chance)})`,
    () => `argv.filter(word, ${loopLeaf(chance)}).size() > ${Math.floor(chance() * 3)}`,
    () =>
      `size(${oneOf(chance, ['argv', 'command', 'riskRules', 'cwd'])}) ${oneOf(chance, ['<', '<=', '>', '>=', '==', '!='])} ${Math.floor(chance() * 9)}`,
    () =>
      `time.${oneOf(chance, ['hour', 'weekday', 'month', 'minute'])} ${oneOf(chance, ['<', '>=', '=='])} ${Math.floor(chance() * 13)}`,
    () => `time.weekday in [6, 7]`,
    () => `time.at.getHours("Europe/Vienna") > ${Math.floor(chance() * 24)}`,
    () => `costMicroUsd ${oneOf(chance, ['==', '!='])} ${oneOf(chance, ['null', '5', '1000'])}`,
    () => `costMicroUsd != null && costMicroUsd ${oneOf(chance, ['<', '>='])} 1000`,
    () => `costMicroUsd == null || costMicroUsd > 10`,
    () => `arguments.path == ${text(chance)}`,
    () => `arguments.path.startsWith("/srv")`,
    () => `arguments.count > ${Math.floor(chance() * 5)}`,
    () => `has(arguments.${oneOf(chance, ['path', 'count', 'deep', 'nothing'])})`,
    () => `"${oneOf(chance, ['path', 'count', 'nothing'])}" in arguments`,
    () => `has(arguments.deep.list) && arguments.deep.list.exists(each, each == 2)`,
    () => `arguments.deep.list[${Math.floor(chance() * 3)}] == 1`,
    () => `type(arguments.count) == double`,
    () => oneOf(chance, ['true', 'false']),
  ])()
}

const loopLeaf = (chance: Chance): string =>
  oneOf(chance, [
    () => `word == ${text(chance)}`,
    () => `word.startsWith("-") && !(word in ["--force", "-f"])`,
    () => `word.matches("^-{1,2}[a-z]") || word == command`,
    () => `word == agent.name || argv[7] == word`,
    () => `size(word) > 3 && cwd.contains(word)`,
    () => `riskRules.exists(rule, rule == word)`,
    () => `riskRules.all(word, word != "rm")`,
    () => `arguments.path == word`,
  ])()

const some = (chance: Chance): string[] => Array.from({ length: Math.floor(chance() * 5) }, () => oneOf(chance, words))

export const someRequest = (chance: Chance): RequestFacts => {
  const argv = some(chance)
  return someFacts({
    command: argv.join(' '),
    argv: chance() < 0.7 ? argv : [],
    cwd: oneOf(chance, ['/srv/app', '/srv', '/srv-old', '', '/', '/srv/../etc', 'relative']),
    host: oneOf(chance, words),
    arguments: oneOf<Record<string, unknown>>(chance, [
      {},
      { path: '/srv/app' },
      { path: 3, count: 'three' },
      { count: 3, deep: { list: [1, 2] } },
      { path: null, deep: { list: 'no list' }, constructor: { name: 'x' } },
      { deep: {}, count: 1.5 },
    ]),
    risk: oneOf(chance, ['low', 'medium', 'high', 'critical']),
    riskRules: oneOf(chance, [[], ['read-only'], ['rm', 'git']]),
    costMicroUsd: oneOf(chance, [null, 0, 5, 5_000]),
    agent: { id: 'agt_1', externalId: 'main', name: oneOf(chance, ['Main', 'high', 'git']), model: 'm' },
    at: Date.UTC(2026, 10, 1 + Math.floor(chance() * 28), Math.floor(chance() * 24), Math.floor(chance() * 60)),
  })
}
