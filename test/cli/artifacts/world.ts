import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeLock } from '../../../cbpkg/key.ts'
import { collect } from '../../../cli/artifacts/collect/collect.ts'
import type { Intent } from '../../../cli/artifacts/collect/entry.ts'
import { type OpenedPackage, readPackage } from '../../../cli/artifacts/plan/opened.ts'
import { planRestore } from '../../../cli/artifacts/plan/plan.ts'
import type { RestoreMode, Scope } from '../../../cli/artifacts/plan/wanted.ts'
import { RestoreJournal } from '../../../cli/artifacts/restore/journal.ts'
import { GatewayLine } from '../../../cli/artifacts/restore/line.ts'
import { type RestoreInput, restore } from '../../../cli/artifacts/restore/restore.ts'
import { packInto } from '../../../cli/artifacts/write-file.ts'
import { type GatewayPlace, openGateway } from '../../../cli/plugin/at-gateway.ts'
import type { Simulator } from '../../support/gateway-simulator/simulator.ts'
import { aFolder, aGateway, until } from '../world.ts'

export const passphrase = 'a passphrase that is long enough'
/** Keys are made quickly here: what is hard about them is the format's affair. */
const logN = 10
export const apiKey = 'sk-provider-0123456789abcdefghij'
export const botToken = '7123456789:AAH9x-very-secret-telegram-token-1'

export interface Machine {
  gateway: Simulator
  folder: string
  place: GatewayPlace
}

/** A gateway of its own on this machine: its configuration stands in a file, its agents' workspaces on the disk. */
export async function aMachine(): Promise<Machine> {
  const folder = await aFolder()
  const gateway = await aGateway({ rosterLagMs: 20 })
  gateway.roster.file = join(folder, 'openclaw.json')
  gateway.roster.token = gateway.token
  gateway.roster.rest = {
    ...gateway.roster.rest,
    models: { providers: { main: { baseUrl: 'http://127.0.0.1:9/v1', apiKey } } },
  }
  mkdirSync(join(folder, 'workspace-main'))
  gateway.roster.setEntry('main', { workspace: join(folder, 'workspace-main') })
  const place = { gateway: gateway.url, gatewayToken: gateway.token, stateDir: join(folder, 'clawbutler') }
  mkdirSync(place.stateDir, { mode: 0o700 })
  return { gateway, folder, place }
}

/** One on which somebody has worked: two agents with files, bindings, channels, rules and jobs. */
export async function aUsedMachine(): Promise<Machine> {
  const machine = await aMachine()
  const { gateway, folder } = machine
  const workspace = (id: string) => join(folder, `workspace-${id}`)
  for (const id of ['scout', 'clerk']) {
    mkdirSync(join(workspace(id), 'skills', 'report'), { recursive: true })
    writeFileSync(join(workspace(id), 'AGENTS.md'), `# ${id}\n\nBe careful.\n`)
    writeFileSync(join(workspace(id), 'USER.md'), '# About\n\n- **Name:** Marieke Vandenberghe\n')
    writeFileSync(join(workspace(id), 'skills', 'report', 'run.sh'), '#!/bin/sh\necho report\n')
    chmodSync(join(workspace(id), 'skills', 'report', 'run.sh'), 0o755)
    gateway.roster.create(id, workspace(id))
  }
  writeFileSync(join(workspace('scout'), 'notes.txt'), `The key is ${apiKey}.\n`)
  symlinkSync('/etc/passwd', join(workspace('scout'), 'leads-out'))
  mkdirSync(join(workspace('scout'), '.git'))
  writeFileSync(join(workspace('scout'), '.git', 'HEAD'), 'ref')
  gateway.roster.setEntry('scout', {
    name: 'Scout',
    workspace: workspace('scout'),
    model: { primary: 'simulated/sim-1' },
    tools: { deny: ['browser'] },
    skills: ['weather'],
  })
  gateway.roster.rest = {
    ...gateway.roster.rest,
    channels: { telegram: { botToken, dmPolicy: 'pairing' } },
    bindings: [
      { agentId: 'clerk', match: { channel: 'telegram', accountId: 'office' } },
      { agentId: 'scout', match: { channel: 'telegram' } },
    ],
  }
  gateway.allowlist.set(
    {
      version: 1,
      socket: { path: '/simulated/socket' },
      defaults: { security: 'allowlist' },
      agents: { scout: { allowlist: [{ id: 'r1', pattern: '/usr/bin/uname' }] } },
    },
    gateway.allowlist.get().hash,
  )
  gateway.cron.add({
    name: 'daily',
    enabled: true,
    schedule: { kind: 'cron', expr: '0 9 * * *' },
    sessionTarget: 'isolated',
    payload: { kind: 'agentTurn', message: 'Report.' },
    agentId: 'scout',
    delivery: { mode: 'none' },
  })
  await until('the agents in the list', () => gateway.roster.list().agents.length === 3)
  return machine
}

export async function pack(
  { place, folder }: Machine,
  intent: Intent = 'backup',
  choice: { sections?: Scope['sections']; agents?: Scope['agents'] } = {},
) {
  const session = await openGateway(place)
  try {
    const file = join(folder, `${intent}-${crypto.randomUUID()}.cbpkg`)
    const collected = await collect(session, intent, { sections: null, agents: null, ...choice })
    return { file, ...(await packInto(file, collected, passphrase, { logN })) }
  } finally {
    session.close('Done.')
  }
}

export const scopeOf = (mode: RestoreMode, held: OpenedPackage, more: Partial<Scope> = {}): Scope => ({
  mode,
  sections: null,
  agents: null,
  isPart: held.intent === 'share',
  ...more,
})

export async function planAt(
  { place }: Machine,
  file: string,
  mode: RestoreMode,
  more: Partial<Scope> = {},
  fill = new Map<string, unknown>(),
) {
  const held = await readPackage(file, passphrase, fill)
  const session = await openGateway(place)
  try {
    return await planRestore(session, held, scopeOf(mode, held, more), new Set(fill.keys()))
  } finally {
    session.close('Done.')
  }
}

export interface RestoreOptions {
  more?: Partial<Scope>
  fill?: Map<string, unknown>
  line?: GatewayLine
  journal?: RestoreJournal
  wrote?: RestoreInput['wrote']
}

export async function restoreAt(
  { place, folder, gateway }: Machine,
  file: string,
  mode: RestoreMode,
  options: RestoreOptions = {},
) {
  const { more = {}, fill = new Map(), line = new GatewayLine(place) } = options
  const held = await readPackage(file, passphrase, fill)
  const journal =
    options.journal ??
    (await RestoreJournal.begin(place.stateDir, {
      package: held.header.id,
      manifestHash: held.header.manifestHash,
      gateway: place.gateway,
      mode,
      sections: null,
      agents: null,
      fill: null,
      digest: '0'.repeat(64),
      workspaces: gateway.roster.list().agents.map(({ workspace }) => workspace),
      checkpoint: join(folder, 'checkpoints', `${crypto.randomUUID()}.cbpkg`),
    }))
  const scope = scopeOf(mode, held, more)
  try {
    return await restore({
      line,
      journal,
      held,
      scope,
      fill,
      checkpointLock: await makeLock(passphrase, { logN }),
      tell: async () => undefined,
      wrote: options.wrote ?? (async () => undefined),
    })
  } finally {
    line.close()
  }
}
