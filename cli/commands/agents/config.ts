import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import JSON5 from 'json5'
import { AgentConfig, ConfigChanged, ConfigPreview } from '../../../worker/features/agents/config/contract.ts'
import { Tree } from '../../../worker/features/connectors/link/questions/contract.ts'
import { Session } from '../../api/session.ts'
import { Failure, usage } from '../../output/failure.ts'
import { note, plain, print, printJson, table } from '../../output/output.ts'
import { agreed } from '../confirm.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { noteAge, pathOf, slow } from './path.ts'

export function registerAgentConfig(agents: Command): void {
  const config = agents.command('config').description('what the gateway is told about an agent')
  withJson(config.command('get').description("an agent's entry, without secrets").argument('<id>')).action(
    async (id: string, options: JsonOption) => {
      const found = await (await Session.open(process.env)).get(`${pathOf(id)}/config`, AgentConfig)
      noteAge(found.freshness)
      if (options.json) return printJson(found)
      note(plain(`Configuration ${found.hash}`))
      printJson(found.entry ?? {})
    },
  )

  withJson(
    config
      .command('set')
      .alias('update')
      .description('change one value, or apply a merge patch; shows first what would change')
      .argument('<id>')
      .argument('[path]', 'such as tools.profile')
      .argument('[value]', 'JSON5; text that is not JSON5 is taken as it is')
      .option('--unset', 'take the value away')
      .option('--patch <file>', 'a merge patch (RFC 7386) in JSON5 instead of a path')
      .option('--base <hash>', 'the configuration that the change is made to; the newest by default')
      .option('--dry-run', 'only show what would change')
      .option('--yes', 'do not ask'),
  ).action(setConfig)
}

type SetOptions = JsonOption & { unset?: boolean; patch?: string; base?: string; dryRun?: boolean; yes?: boolean }

async function setConfig(id: string, path: string | undefined, value: string | undefined, options: SetOptions) {
  const patch = await patchOf(path, value, options)
  const session = await Session.open(process.env)
  const baseHash = options.base ?? (await session.get(`${pathOf(id)}/config`, AgentConfig)).hash
  const body = { patch, baseHash }
  const preview = await session.post(`${pathOf(id)}/config/preview`, ConfigPreview, body, slow)
  if (options.dryRun && options.json) return printJson(preview)
  if (!options.json) showPreview(preview)
  if (options.dryRun || preview.changes.length === 0) return
  await agreed('Change it at the gateway?', options.yes === true)
  const changed = await session.write('PATCH', `${pathOf(id)}/config`, ConfigChanged, body, slow)
  if (options.json) return printJson(changed)
  const { change } = changed
  if (change && change.state !== 'confirmed')
    throw new Failure(`The gateway has not answered yet: change ${change.id}.`)
  print(plain(change ? `Confirmed by the gateway: ${change.reference ?? change.id}` : 'It was so already.'))
}

async function patchOf(path: string | undefined, value: string | undefined, options: SetOptions): Promise<Tree> {
  if (options.patch !== undefined) {
    const text = await readFile(options.patch, 'utf8').catch(() => {
      throw usage(`${options.patch} cannot be read.`)
    })
    const parsed = Tree.safeParse(json5(text))
    if (!parsed.success) throw usage(`${options.patch} is no JSON5 object.`)
    return parsed.data
  }
  if (!path) throw usage('Name a path, or give --patch FILE.')
  if ((value === undefined) !== (options.unset === true)) throw usage('Give a value, or --unset.')
  const names = path.split('.')
  if (names.some((name) => name === '' || name === '__proto__')) throw usage(`${path} is no path.`)
  const leaf: unknown = options.unset ? null : (json5(value ?? '') ?? value)
  return Tree.parse(names.reduceRight((inner, name) => ({ [name]: inner }), leaf))
}

function json5(text: string): unknown {
  try {
    return JSON5.parse(text)
  } catch {
    return undefined
  }
}

function showPreview({ changes, restarts, conflicts, secrets }: ConfigPreview): void {
  if (changes.length === 0) print('Nothing would change.')
  else
    print(
      table(changes, {
        path: ({ path }) => path,
        before: ({ kind, before }) => (kind === 'added' ? null : short(before)),
        after: ({ kind, after }) => (kind === 'removed' ? null : short(after)),
        takes: ({ reloadKind }) => reloadKind,
      }),
    )
  if (restarts) note('The gateway restarts for this.')
  for (const path of conflicts) note(plain(`Somebody else has changed ${path} since; this change will be refused.`))
  for (const path of secrets) note(plain(`${path} is a secret, which is set on the machine of the gateway only.`))
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
