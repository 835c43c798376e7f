import { wordsOf } from './words.ts'

const lengthMax = 200

/** Programs whose first plain word says what they do; `2`: the second one belongs to it. */
const withSubcommand: Record<string, 1 | 2> = {
  git: 1,
  npm: 1,
  pnpm: 1,
  yarn: 1,
  bun: 1,
  cargo: 1,
  go: 1,
  pip: 1,
  pip3: 1,
  uv: 1,
  apt: 1,
  'apt-get': 1,
  dnf: 1,
  yum: 1,
  apk: 1,
  brew: 1,
  docker: 1,
  podman: 1,
  kubectl: 1,
  helm: 1,
  terraform: 1,
  systemctl: 1,
  launchctl: 1,
  openclaw: 1,
  wrangler: 1,
  aws: 2,
  gcloud: 2,
  az: 2,
  gh: 2,
}

/** How many of a program's plain words belong to what it does: `git push` one, `aws s3 rm` two, `ls` none. */
export const subcommandDepth = (program: string): number =>
  Object.hasOwn(withSubcommand, program) ? (withSubcommand[program] ?? 0) : 0

interface Asked {
  source: 'openclaw.exec' | 'openclaw.plugin' | 'api'
  action: string
  command: string
  arguments: Record<string, unknown> | null
}

/**
 * What requests that are asked alike have in common, for telling how the like was decided before: program, sub-command
 * and options without their values; for a tool, its name and the names of its arguments. It never decides anything.
 */
export const patternOf = ({ source, action, command, arguments: given }: Asked): string => {
  if (source === 'openclaw.exec') return cut(commandPattern(command))
  if (source === 'api') return cut(`api:${action} ${command === '' ? '' : commandPattern(command)}`.trim())
  const inner = typeof given?.command === 'string' ? ` ${commandPattern(given.command)}` : ''
  const names = Object.keys(given ?? {}).sort()
  return cut(`tool:${action}(${names.join(', ')})${inner}`)
}

/** What is more than one simple command is alike only to itself. */
const commandPattern = (command: string): string => {
  const [first, ...rest] = wordsOf(command)
  if (first === undefined) return command.trim().replace(/\s+/g, ' ')
  const program = first.slice(first.lastIndexOf('/') + 1)
  const end = rest.indexOf('--')
  const looked = end < 0 ? rest : rest.slice(0, end)
  const depth = subcommandDepth(program)
  const plain = looked.findIndex((word) => !word.startsWith('-'))
  const subcommand =
    plain < 0 ? [] : looked.slice(plain, plain + depth).filter((word) => /^[a-z][a-z0-9:-]*$/i.test(word))
  const options = new Set(looked.filter((word) => /^-./.test(word)).map(optionName))
  return [program, ...subcommand, ...[...options].sort()].join(' ')
}

/** Without its value, also where that follows at once: `-pSECRET`, `--token=SECRET`. */
const optionName = (word: string): string => {
  if (word.startsWith('--')) return word.split('=', 1)[0] ?? word
  if (/^-\d/.test(word)) return '-0'
  return /^-[A-Za-z]{1,3}$/.test(word) ? word : word.slice(0, 2)
}

const cut = (text: string): string => (text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`)
