import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readPackage } from '../../../cli/artifacts/plan/opened.ts'
import { RestoreJournal } from '../../../cli/artifacts/restore/journal.ts'
import { GatewayLine } from '../../../cli/artifacts/restore/line.ts'
import type { Wrote } from '../../../cli/artifacts/restore/wrote.ts'
import { readConfiguration } from '../../../cli/gateway/management/configuration.ts'
import type { GatewaySession } from '../../../cli/gateway/session.ts'
import { openGateway } from '../../../cli/plugin/at-gateway.ts'
import { restoreSteps } from '../../../worker/features/artifacts/restores/contract.ts'
import { contentsIn, sharedIn } from '../../../worker/features/snapshots/diff/parts.ts'
import { configurationOf } from '../../support/gateway-simulator/configuration.ts'
import { until } from '../world.ts'
import { aMachine, apiKey, aUsedMachine, botToken, type Machine, pack, passphrase, planAt, restoreAt } from './world.ts'

/** All that a restore is about, as the gateway itself has it, by digest. */
const stateOf = ({ gateway, folder }: Machine, home = folder) => {
  const { gateway: _, ...source } = JSON.parse(readFileSync(join(folder, 'openclaw.json'), 'utf8'))
  const { file } = gateway.allowlist.get()
  const own = ['id', 'createdAtMs', 'state', 'configRevision']
  const jobs = gateway.cron
    .list(undefined, 0, 200)
    .jobs.map((job) => Object.fromEntries(Object.entries(job).filter(([name]) => !own.includes(name))))
  const text = canonicalize({ source, defaults: file.defaults, agents: file.agents, jobs }) ?? ''
  return createHash('sha256')
    .update(text.replaceAll(home, '<home>').replaceAll(/"id":"[^"]*",/g, ''))
    .digest('hex')
}
const told = (machine: Machine) => {
  // Written with each look at it.
  configurationOf({
    roster: machine.gateway.roster,
    plugins: machine.gateway.plugins,
    port: () => machine.gateway.port,
  })
  return stateOf(machine)
}

/** The same machine with nothing on it: a fresh gateway whose agents and files are gone. */
const wipe = ({ gateway, folder }: Machine) => {
  for (const id of ['scout', 'clerk']) {
    rmSync(join(folder, `workspace-${id}`), { recursive: true, force: true })
    gateway.roster.delete(id)
    gateway.cron.removeOf(id)
  }
  gateway.roster.rest = { tools: { profile: 'minimal' } }
  gateway.allowlist.set({ version: 1, agents: {} }, gateway.allowlist.get().hash)
}

test('what was wiped is there again after an exact restore, equal by its digest, and a second one changes nothing', async () => {
  const machine = await aUsedMachine()
  const before = told(machine)
  const { file, manifest } = await pack(machine)
  expect(manifest.missing.map(({ path }) => path)).toEqual([
    'agents/scout/workspace/.git',
    'agents/scout/workspace/leads-out',
  ])
  wipe(machine)
  machine.gateway.roster.create('stranger', join(machine.folder, 'workspace-stranger'))
  const result = await restoreAt(machine, file, 'exact_restore')
  expect(result).toMatchObject({
    outcome: 'restored',
    created: ['scout', 'clerk'],
    deleted: ['stranger'],
    differences: [],
  })
  expect(told(machine)).toBe(before)
  expect(readFileSync(join(machine.folder, 'openclaw.json'), 'utf8')).toContain(botToken)
  const script = join(machine.folder, 'workspace-scout', 'skills', 'report', 'run.sh')
  expect(statSync(script).mode & 0o111).not.toBe(0)
  expect(readdirSync(join(machine.folder, 'workspace-scout')).sort()).toEqual([
    'AGENTS.md',
    'USER.md',
    'notes.txt',
    'skills',
  ])
  const { plan } = await planAt(machine, file, 'exact_restore')
  expect(plan.changes).toEqual([])
  const again = await restoreAt(machine, file, 'exact_restore')
  expect(again).toMatchObject({
    outcome: 'restored',
    created: [],
    deleted: [],
    jobs: 0,
    files: { written: 0, removed: 0 },
  })
})

test('the checkpoint of a restore puts back what was there before it', async () => {
  const machine = await aUsedMachine()
  const { file } = await pack(machine)
  const { gateway, folder } = machine
  gateway.roster.setEntry('scout', { name: 'Changed', workspace: join(folder, 'workspace-scout') })
  writeFileSync(join(folder, 'workspace-scout', 'AGENTS.md'), 'other\n')
  writeFileSync(join(folder, 'workspace-scout', 'later.md'), 'later\n')
  const changed = told(machine)
  const { checkpoint } = await restoreAt(machine, file, 'replace_scope')
  expect(existsSync(join(folder, 'workspace-scout', 'later.md'))).toBe(false)
  expect(await restoreAt(machine, checkpoint, 'replace_scope')).toMatchObject({ outcome: 'restored' })
  expect(told(machine)).toBe(changed)
  expect(readFileSync(join(folder, 'workspace-scout', 'AGENTS.md'), 'utf8')).toBe('other\n')
  expect(readFileSync(join(folder, 'workspace-scout', 'later.md'), 'utf8')).toBe('later\n')
})

test('the folder of an agent that is deleted stays, even where it lies inside another one', async () => {
  const machine = await aUsedMachine()
  const { file } = await pack(machine)
  const inside = join(machine.folder, 'workspace-scout', 'stranger')
  mkdirSync(inside)
  writeFileSync(join(inside, 'AGENTS.md'), 'mine\n')
  writeFileSync(join(machine.folder, 'workspace-scout', 'later.md'), 'later\n')
  machine.gateway.roster.create('stranger', inside)
  await until('the stranger in the list', () => machine.gateway.roster.list().agents.length === 4)
  const { plan } = await planAt(machine, file, 'exact_restore')
  expect(plan.changes.map(({ path }) => path)).toEqual(['later.md'])
  const result = await restoreAt(machine, file, 'exact_restore')
  expect(result).toMatchObject({ outcome: 'restored', deleted: ['stranger'], files: { removed: 1 } })
  expect(readFileSync(join(inside, 'AGENTS.md'), 'utf8')).toBe('mine\n')
})

test('a backup that could not read a workspace takes no file of it away', async () => {
  const machine = await aUsedMachine()
  machine.gateway.workspace.hostname = 'another-machine'
  const { file } = await pack(machine)
  machine.gateway.workspace.hostname = hostname()
  const { plan } = await planAt(machine, file, 'exact_restore')
  expect(plan.changes.filter(({ section, kind }) => section === 'workspace_files' && kind === 'removed')).toEqual([])
})

test('a merge takes nothing away, and a plan names every change with its risk', async () => {
  const machine = await aUsedMachine()
  const { file } = await pack(machine)
  const { gateway, folder } = machine
  gateway.roster.create('stranger', join(folder, 'workspace-stranger'))
  gateway.roster.setEntry('scout', {
    name: 'Changed',
    workspace: join(folder, 'workspace-scout'),
    tools: { deny: ['browser'], profile: 'full' },
  })
  gateway.roster.rest = { ...gateway.roster.rest, bindings: [{ agentId: 'stranger', match: { channel: 'slack' } }] }
  writeFileSync(join(folder, 'workspace-scout', 'later.md'), 'later\n')
  const { plan } = await planAt(machine, file, 'merge')
  expect(plan.deletes).toEqual([])
  expect(plan.changes.map(({ agent, section, path, kind }) => [agent, section, path, kind])).toEqual(
    expect.arrayContaining([
      ['scout', 'identity', 'name', 'changed'],
      ['scout', 'model', 'model.primary', 'added'],
    ]),
  )
  await restoreAt(machine, file, 'merge')
  const source = JSON.parse(readFileSync(join(folder, 'openclaw.json'), 'utf8'))
  expect(source.agents.entries.scout).toMatchObject({ name: 'Scout', tools: { deny: ['browser'], profile: 'full' } })
  expect(source.bindings.map(({ agentId }: { agentId: string }) => agentId)).toEqual(['stranger', 'clerk', 'scout'])
  expect(existsSync(join(folder, 'workspace-scout', 'later.md'))).toBe(true)
  expect(gateway.roster.has('stranger')).toBe(true)
})

test('only what was chosen is restored', async () => {
  const machine = await aUsedMachine()
  const { file } = await pack(machine)
  const { gateway, folder } = machine
  for (const id of ['scout', 'clerk'])
    gateway.roster.setEntry(id, { name: 'Changed', workspace: join(folder, `workspace-${id}`) })
  const more = { sections: new Set(['identity'] as const), agents: new Set(['scout']) }
  await restoreAt(machine, file, 'replace_scope', { more })
  const { entries } = JSON.parse(readFileSync(join(folder, 'openclaw.json'), 'utf8')).agents
  expect(entries.scout).toEqual({ name: 'Scout', workspace: join(folder, 'workspace-scout') })
  expect(entries.clerk.name).toBe('Changed')
})

class Killed extends Error {}

/** A process that dies at a step: before it began anything, or when all of it is done and nobody has noted that yet. */
class DyingLine extends GatewayLine {
  readonly #at: { uses: number; afterwards: boolean }
  #uses = 0
  constructor(place: Machine['place'], at: { uses: number; afterwards: boolean }) {
    super(place)
    this.#at = at
  }
  override async use<T>(work: (session: GatewaySession) => Promise<T>): Promise<T> {
    const isHere = ++this.#uses === this.#at.uses
    if (isHere && !this.#at.afterwards) throw new Killed()
    const result = await super.use(work)
    if (isHere) throw new Killed()
    return result
  }
}

test.each([false, true])(
  'killed at any step (afterwards: %s) it goes on to the same end',
  async (afterwards) => {
    const machine = await aUsedMachine()
    const before = told(machine)
    const { file } = await pack(machine)
    wipe(machine)
    const wiped = told(machine)
    let journal: RestoreJournal | null = null
    for (let at = 1; at <= restoreSteps.length; at++) {
      // What was done before is done again, so the step after it is the next to die at.
      const uses = journal?.isDone('checkpoint') ? at - 1 : at
      const line = new DyingLine(machine.place, { uses, afterwards })
      await expect(
        restoreAt(machine, file, 'exact_restore', { line, ...(journal ? { journal } : {}) }),
      ).rejects.toThrow(Killed)
      journal = await RestoreJournal.unfinished(machine.place.stateDir)
      expect(journal).not.toBeNull()
    }
    const result = await restoreAt(machine, file, 'exact_restore', journal ? { journal } : {})
    expect(result).toMatchObject({ outcome: 'restored', differences: [] })
    expect(told(machine)).toBe(before)
    expect(await RestoreJournal.unfinished(machine.place.stateDir)).toBeNull()
    // The checkpoint is of what was there before the first attempt.
    const held = await readPackage(result.checkpoint, passphrase, new Map())
    expect([...held.content.agents.keys()]).toEqual(['main'])
    expect(wiped).not.toBe(before)
  },
  120_000,
)

test.each(['agents.create', 'agents.delete', 'config.patch', 'exec.approvals.set', 'cron.add'])(
  'an answer to %s that is lost is no harm',
  async (method) => {
    const machine = await aUsedMachine()
    const before = told(machine)
    const { file } = await pack(machine)
    wipe(machine)
    machine.gateway.roster.create('stranger', join(machine.folder, 'workspace-stranger'))
    machine.gateway.breaksAfter.add(method)
    expect(await restoreAt(machine, file, 'exact_restore')).toMatchObject({ outcome: 'restored', differences: [] })
    expect(machine.gateway.breaksAfter.size).toBe(0)
    expect(told(machine)).toBe(before)
  },
  60_000,
)

test('an agent that was deleted a moment ago, and that the gateway lists still, is made again', async () => {
  const machine = await aUsedMachine()
  const { file } = await pack(machine)
  const { roster } = machine.gateway
  const [stale, list, create] = [roster.list(), roster.list.bind(roster), roster.create.bind(roster)]
  roster.delete('clerk')
  roster.list = () => stale
  roster.create = (...asked) => {
    roster.list = list
    return create(...asked)
  }
  const result = await restoreAt(machine, file, 'exact_restore')
  expect(result).toMatchObject({ outcome: 'restored', created: ['clerk'], differences: [] })
})

test('a gateway that restarts in the middle is waited for', async () => {
  const machine = await aUsedMachine()
  const before = told(machine)
  const { file } = await pack(machine)
  wipe(machine)
  class Restarting extends GatewayLine {
    #uses = 0
    override use<T>(work: (session: GatewaySession) => Promise<T>): Promise<T> {
      const isHere = ++this.#uses === 4
      return super.use((session) => {
        if (isHere && this.#uses === 4) {
          this.#uses++
          void machine.gateway.restart(300)
        }
        return work(session)
      })
    }
  }
  const result = await restoreAt(machine, file, 'exact_restore', { line: new Restarting(machine.place) })
  expect(result.outcome).toBe('restored')
  expect(told(machine)).toBe(before)
})

test('a clone holds no secret, is filled in at the other machine, and leaves there what nobody fills in', async () => {
  const one = await aUsedMachine()
  const { file, manifest, header } = await pack(one, 'clone')
  expect(header.secrets).toBe(false)
  const paths = manifest.placeholders.map(({ path, kind }) => `${kind} ${path}`)
  expect(paths).toEqual(
    expect.arrayContaining([
      'secret global/models.json#/models/providers/main/apiKey',
      'secret global/channels.json#/channels/telegram/botToken',
      'path agents/scout/runtime.json#/workspace',
      'secret agents/scout/workspace/notes.txt',
    ]),
  )
  const other = await aMachine()
  const given = join(other.folder, 'scouts-place')
  mkdirSync(given)
  const fill = new Map<string, unknown>([
    ['global/channels.json#/channels/telegram/botToken', 'another-bot-token'],
    ['agents/scout/runtime.json#/workspace', given],
    ['agents/clerk/runtime.json#/workspace', join(other.folder, 'clerks-place')],
  ])
  const { plan } = await planAt(other, file, 'exact_restore', {}, fill)
  expect(plan.placeholders.filter(({ isFilled }) => isFilled)).toHaveLength(3)
  expect(JSON.stringify(plan)).not.toContain('another-bot-token')
  expect(await restoreAt(other, file, 'exact_restore', { fill })).toMatchObject({
    outcome: 'restored',
    differences: [],
  })
  const source = JSON.parse(readFileSync(join(other.folder, 'openclaw.json'), 'utf8'))
  // Its own key stays, the one that was given is there, and none of the first machine's.
  expect(source.models.providers.main.apiKey).toBe(apiKey)
  expect(source.channels.telegram.botToken).toBe('another-bot-token')
  expect(source.agents.entries.scout).toMatchObject({ workspace: given, tools: { deny: ['browser'] } })
  expect(source.gateway).toMatchObject({ port: other.gateway.port, auth: { token: other.gateway.token } })
  expect(readFileSync(join(given, 'AGENTS.md'), 'utf8')).toContain('# scout')
  expect(readFileSync(join(given, 'notes.txt'), 'utf8')).not.toContain(apiKey)
})

test('a package that is bad is refused before anything is touched', async () => {
  const machine = await aUsedMachine()
  const { file } = await pack(machine)
  const bytes = readFileSync(file)
  const bad = join(machine.folder, 'bad.cbpkg')
  for (const change of [
    () => bytes.subarray(0, bytes.length - 1),
    () => Buffer.concat([bytes, Buffer.from([0])]),
    () => bytes.map((byte, at) => (at === bytes.length - 100 ? byte ^ 1 : byte)),
    () => Buffer.from('not a package at all'),
  ]) {
    writeFileSync(bad, change())
    await expect(readPackage(bad, passphrase, new Map())).rejects.toThrow()
  }
  await expect(readPackage(file, 'another passphrase', new Map())).rejects.toThrow(/passphrase/)
  await expect(readPackage(file, passphrase, new Map([['global/gateway.json#/nothing', 'x']]))).rejects.toThrow(
    /nothing to fill/,
  )
})

test('part of a gateway, and what was made to be shared, is no exact restore', async () => {
  const machine = await aUsedMachine()
  const part = await pack(machine, 'backup', { agents: new Set(['scout']) })
  await expect(planAt(machine, part.file, 'exact_restore')).rejects.toThrow(/part of a gateway/)
  const share = await pack(machine, 'share')
  await expect(planAt(machine, share.file, 'exact_restore')).rejects.toThrow(/shared/)
  const { plan } = await planAt(machine, share.file, 'replace_scope')
  // What a share leaves out is not taken away from anybody.
  expect(plan.changes.filter(({ kind, section }) => kind === 'removed' && section === 'workspace_files')).toEqual([])
  await expect(planAt(machine, part.file, 'merge', { agents: new Set(['clerk']) })).rejects.toThrow(
    /holds no agent clerk/,
  )
})

test('a gateway on another machine gives no secret and takes only the files that it keeps itself', async () => {
  const machine = await aUsedMachine()
  const { gateway, folder } = machine
  gateway.workspace.hostname = 'another-machine'
  gateway.files.write('scout', 'SOUL.md', 'A soul.')
  const { file, manifest } = await pack(machine)
  expect(readFileSync(file).includes(apiKey)).toBe(false)
  expect(manifest.missing.map(({ path }) => path)).toContain('configuration#/models/providers/main/apiKey')
  expect(manifest.placeholders).toContainEqual({
    path: 'global/models.json#/models/providers/main/apiKey',
    kind: 'secret',
  })
  gateway.files.write('scout', 'SOUL.md', 'Another one.')
  gateway.roster.setEntry('scout', { name: 'Changed', workspace: join(folder, 'workspace-scout') })
  gateway.breaksAfter.add('agents.files.set')
  expect(await restoreAt(machine, file, 'replace_scope')).toMatchObject({ outcome: 'restored' })
  expect(gateway.breaksAfter.size).toBe(0)
  expect(gateway.files.get('scout', '/', 'SOUL.md').file).toMatchObject({ content: 'A soul.' })
  // Its secrets were never written over.
  expect(told(machine)).not.toBe('')
  const source = JSON.parse(readFileSync(join(folder, 'openclaw.json'), 'utf8'))
  expect(source.models.providers.main.apiKey).toBe(apiKey)
  expect(source.channels.telegram.botToken).toBe(botToken)
})

/** What the connector tells of a configuration, each part by its digest. */
const digestsTold = async ({ place, gateway }: Machine, agents: string[]) => {
  const session = await openGateway(place)
  try {
    const { source } = await readConfiguration(session, [gateway.token])
    const parts = agents.flatMap((id) =>
      Object.entries(contentsIn(id, source)).map(([scope, part]) => [scope, id, part]),
    )
    return new Map(
      [...parts, ['gateway_config', null, sharedIn(source)]].map(([scope, id, part]) => [
        `${scope} ${id}`,
        createHash('sha256')
          .update(canonicalize(part) ?? '')
          .digest('hex'),
      ]),
    )
  } finally {
    session.close('Done.')
  }
}
const written = () => {
  const all: Wrote[] = []
  return {
    all,
    settings: () => all.flatMap(({ settings }) => settings),
    files: () => all.flatMap(({ files }) => files),
    wrote: async (wrote: Wrote) => void all.push(wrote),
  }
}

test('what a restore wrote is told by the digests that the connector’s words have, without any of a secret', async () => {
  const machine = await aUsedMachine()
  const { gateway, folder } = machine
  const { file } = await pack(machine)
  gateway.roster.setEntry('scout', { name: 'Changed', workspace: join(folder, 'workspace-scout') })
  const { models } = z.looseObject({ models: z.unknown() }).parse(gateway.roster.rest)
  gateway.roster.rest = { tools: { profile: 'minimal' }, models }
  writeFileSync(join(folder, 'workspace-scout', 'AGENTS.md'), 'other\n')
  writeFileSync(join(folder, 'workspace-scout', 'notes.txt'), 'other\n')
  const before = await digestsTold(machine, ['main', 'scout', 'clerk'])
  const told = written()
  expect(await restoreAt(machine, file, 'exact_restore', told)).toMatchObject({ outcome: 'restored' })
  const after = await digestsTold(machine, ['main', 'scout', 'clerk'])
  const differing = [...after].flatMap(([key, digest]) => (before.get(key) === digest ? [] : [key]))
  expect(differing).toEqual(expect.arrayContaining(['agent_config scout', 'bindings scout', 'gateway_config null']))
  expect(new Map(told.settings().map(({ scope, agent, ...step }) => [`${scope} ${agent}`, step]))).toEqual(
    new Map(differing.map((key) => [key, { before: before.get(key), after: after.get(key) }])),
  )
  // Of the other files in a workspace not even a digest is told.
  expect(told.files()).toEqual([
    {
      agent: 'scout',
      name: 'AGENTS.md',
      sha256: createHash('sha256')
        .update(readFileSync(join(folder, 'workspace-scout', 'AGENTS.md')))
        .digest('hex'),
    },
  ])
})

test('settings that somebody changes before they are read back are told as nobody’s', async () => {
  const machine = await aUsedMachine()
  const { gateway, folder } = machine
  const { file } = await pack(machine)
  gateway.roster.setEntry('scout', { name: 'Changed', workspace: join(folder, 'workspace-scout') })
  const set = gateway.roster.setEntry.bind(gateway.roster)
  let isPatched = false
  gateway.roster.setEntry = (id, entry) => {
    set(id, entry)
    // The patch writes all entries; this one is the last of them.
    if (isPatched || id !== 'clerk') return
    isPatched = true
    set('clerk', { name: 'Somebody’s', workspace: join(folder, 'workspace-clerk') })
  }
  const told = written()
  await restoreAt(machine, file, 'merge', { ...told, more: { agents: new Set(['scout']) } })
  expect([isPatched, told.settings()]).toEqual([true, []])
})
