import { join } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { facts, note, plain, print, printJson } from '../output/output.ts'
import type { PluginConfig } from '../plugin/configuration.ts'
import { type Agree, installPlugin, type PluginState, pluginState, removePlugin } from '../plugin/install.ts'
import { agreed } from './confirm.ts'
import { given, placeOf, withGatewayPlace } from './gateway-place.ts'
import { withJson } from './json-option.ts'

const names = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.string().min(1).max(200)).max(200))
const Given = z.object({
  gateway: z.string().optional(),
  gatewayToken: z.string().optional(),
  state: z.string().optional(),
  folder: z.string().optional(),
  ask: names.optional(),
  allow: names.optional(),
  block: names.optional(),
  exec: z.enum(['auto', 'always', 'never']).optional(),
  timeoutMs: z.coerce.number().int().min(1_000).max(600_000).optional(),
  yes: z.boolean().default(false),
  json: z.boolean().optional(),
})

const gatewayOptions = (command: Command): Command => withGatewayPlace(withJson(command))

export function registerPlugin(program: Command): void {
  const plugin = program.command('plugin').description('let ClawButler ask before any tool of an OpenClaw agent')
  gatewayOptions(
    plugin
      .command('install')
      .description('put the plugin into the gateway on this machine, or change what it asks about')
      .option('--ask <tools>', 'tools to ask about, with commas; * stands for any characters')
      .option('--allow <tools>', 'tools never to ask about')
      .option('--block <tools>', 'tools to refuse without asking')
      .option('--exec <when>', 'ask about exec: auto (only where the gateway does not), always or never')
      .option('--timeout-ms <ms>', 'how long a question waits, at most 600000')
      .option('--folder <folder>', "where the plugin's files go; the gateway's user must be able to read it")
      .option('--yes', 'do not ask before changing the gateway'),
  ).action(async (options: unknown) => install(given(Given, options)))

  gatewayOptions(
    plugin
      .command('remove')
      .description('take the plugin out of the gateway; its configuration is as it was before')
      .option('--yes', 'do not ask before changing the gateway'),
  ).action(async (options: unknown) => remove(given(Given, options)))

  gatewayOptions(
    plugin.command('status').description('whether the gateway has the plugin, and what it asks about'),
  ).action(async (options: unknown) => {
    const parsed = given(Given, options)
    show(parsed, await pluginState(await placeOf(parsed)))
  })
}

async function install(options: z.output<typeof Given>): Promise<void> {
  const place = await placeOf(options)
  const { ask, allow, block, exec, timeoutMs } = options
  const chosen: PluginConfig = Object.fromEntries(
    Object.entries({ ask, allow, block, exec, timeoutMs }).filter(([, value]) => value !== undefined),
  )
  const folder = options.folder ?? join(place.stateDir, 'plugin')
  const state = await installPlugin({ ...place, folder }, chosen, agreeing(options, 'Install'))
  note('The gateway has loaded the plugin.')
  show(options, state)
}

async function remove(options: z.output<typeof Given>): Promise<void> {
  const { exactly } = await removePlugin(await placeOf(options), agreeing(options, 'Remove'))
  if (options.json) printJson({ removed: true, exactly })
  else if (exactly) print("Removed. The gateway's plugins are configured exactly as before.")
  else print("Removed. What others changed in the gateway's plugins since the installation was kept.")
}

const agreeing =
  ({ yes }: { yes: boolean }, what: string): Agree =>
  async ({ reload, config }) => {
    note(
      reload === 'hot'
        ? 'The gateway takes the change without a restart.'
        : 'The gateway restarts to take the change; what waits for a decision there is lost.',
    )
    const stopped = config?.stoppedAgents ?? []
    if (what === 'Remove' && stopped.length > 0)
      note(`Stopped by the plugin, and free again without it: ${stopped.join(', ')}.`)
    await agreed(`${what} the plugin?`, yes)
  }

function show({ json }: { json?: boolean | undefined }, { installed, running, config }: PluginState): void {
  if (json) {
    printJson({
      installed,
      loaded: running !== null,
      version: running?.version ?? null,
      config: running?.policy ?? config,
    })
    return
  }
  const said = (value: unknown) => (Array.isArray(value) ? value.join(', ') || 'none' : String(value ?? '–'))
  const policy: Record<string, unknown> = running?.policy ?? config ?? {}
  print(
    facts({
      installed: installed ? 'yes' : 'no',
      loaded: running ? `yes, version ${running.version}` : 'no',
      ...Object.fromEntries(Object.entries(policy).map(([name, value]) => [name, plain(said(value))])),
      waiting: running?.waiting,
    }),
  )
}
