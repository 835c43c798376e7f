import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type ExplainedTools, explainTools } from '../../worker/features/agents/explain/explain-tools.ts'
import {
  type Facts,
  type KnownTool,
  mergeInventories,
  readInventory,
} from '../../worker/features/agents/explain/facts.ts'
import { inventoryOnly, ownerOnly, runOnly } from '../../worker/features/agents/explain/policy/catalog.ts'
import type { PolicyStep } from '../../worker/features/agents/explain/policy/contract.ts'
import { handedDown } from '../../worker/features/agents/explain/policy/inherited.ts'
import { type Situation, situationOf } from '../../worker/features/agents/explain/situation.ts'
import { type Gateway, startGateway } from '../support/openclaw/gateway.ts'
import { installOpenClaw } from '../support/openclaw/install.ts'
import { connectOperator, type Operator, sendMessage, waitForRun } from '../support/openclaw/operator.ts'
import { until } from '../support/product/client.ts'
import { type StubModel, startStubModel } from '../support/stub-model.ts'
import { expectedRemovals } from './explainer/removals.ts'
import { handedTo, spawnedOf } from './explainer/runs.ts'
import { agentIds, makeVariant, type Variant } from './explainer/variants.ts'
import {
  applyConfiguration,
  askEffective,
  awaitRoster,
  baseOf,
  configurationOf,
  removalsIn,
  writeProbePlugin,
} from './explainer/world.ts'

/** The steps that only real runs take, against real runs: spawned children, a stranger, a job with a list of its own. */

let missing: string | undefined
let model: StubModel
let gateway: Gateway
let operator: Operator
let base: Record<string, unknown>
let plugins: Record<string, unknown>
let catalog: KnownTool[]
let built: ReadonlySet<string>
let builtInRuns: ReadonlySet<string>
const deciding = new Set<PolicyStep>()

beforeAll(async () => {
  try {
    const command = await installOpenClaw(console.log)
    model = await startStubModel()
    gateway = await startGateway({ command, modelUrl: model.url.replace(/\/v1$/, ''), ask: 'off' })
  } catch (error) {
    missing = `the OpenClaw gateway did not start: ${String(error).slice(0, 500)}`
    return
  }
  operator = await connectOperator(gateway.url, gateway.token)
  base = await baseOf(operator)
  plugins = writeProbePlugin(gateway)
  await apply({ tools: { profile: 'full' }, agents: {}, channels: {} })
  await awaitRoster(operator)
  await operator.call('sessions.create', { key: 'agent:a0:main' })
  // Plugins come a moment after the configuration that loads them.
  const all = await until('the plugins', async () => {
    const tools = readInventory(await operator.call('tools.effective', { sessionKey: 'agent:a0:main' }))
    return tools.some(({ name }) => name === 'probe_open') ? tools : null
  })
  const known = readInventory(await operator.call('tools.catalog', { agentId: 'a0' }))
  catalog = mergeInventories(known, all)
  built = new Set(all.map(({ name }) => name))
  builtInRuns = new Set([...built].filter((name) => !inventoryOnly.has(name)))
})

afterAll(async () => {
  operator?.close()
  await gateway?.stop()
  await model?.close()
})

const apply = async (variant: Variant) => {
  const configuration = configurationOf(base, variant, `${gateway.folder}/workspace`, plugins)
  await applyConfiguration(operator, configuration)
  return configuration
}

const explainRun = (config: unknown, agentId: string, given: Partial<Situation>, surface?: 'inventory') => {
  const facts: Facts = {
    ...{ config, completed: config, catalog, offered: null, built },
    ...{ absent: new Set<string>(), skills: null, models: null, auth: null },
  }
  return explainTools(facts, situationOf(config, agentId, given), surface)
}
const withoutRunOnly = (names: Iterable<string>) => [...new Set(names)].filter((name) => !runOnly.has(name)).sort()
/**
 * Without what nobody can be asked about, and the explainer says so: whether a tool is built that the list does not show, and
 * whether a plugin declares its tool a part of the profile.
 */
const promisedOf = (handed: string[], { tools }: ExplainedTools) =>
  handed.filter((name) => tools.some((tool) => tool.name === name && tool.outcome !== 'possible'))
/** The gateway builds these where somebody looks on, which nobody does at a job. */
const isForAll = (name: string) => name !== 'dashboard' && name !== 'progress_card'
const callable = ({ tools }: ExplainedTools) =>
  withoutRunOnly(tools.flatMap(({ name, outcome }) => (outcome === 'callable' ? [name] : [])))
const shown = ({ tools }: ExplainedTools) =>
  withoutRunOnly(tools.flatMap(({ name, expected }) => (expected === 'offered' ? [name] : [])))
const remember = ({ tools }: ExplainedTools) => {
  for (const { decidedBy } of tools) if (decidedBy !== null && decidedBy !== 'construction') deciding.add(decidedBy)
}
/** What each of the steps that only real runs take removed. */
const onlyInRuns = (lines: string[]) =>
  [...new Set(lines.filter((line) => /^(gateway sender owner|subagent|runtime|inherited)/.test(line)))].sort()

let talks = 0
const freshKey = (agentId: string) => `agent:${agentId}:talk-${talks++}`
const toSpawn = (task: string) => `TOOL:sessions_spawn ${JSON.stringify({ task })}`
/** Sends a message and answers what the model of the run that has these words was handed. */
const handedAfter = async (sessionKey: string, message: string, words: string) => {
  const asked = model.requests.length
  await waitForRun(operator, await sendMessage(operator, sessionKey, message))
  return withoutRunOnly(await until('the model to be asked', async () => handedTo(model, asked, words), 60_000))
}
/** What a run was handed and what the gateway lists, ours beside it; waits until the log says what we say was removed. */
const comparison = async (config: unknown, agentId: string, child: Partial<Situation>, since: number) => {
  const run = explainRun(config, agentId, { ...child, sender: { owner: false } })
  const inventory = explainRun(config, agentId, { ...child, sender: { owner: null } }, 'inventory')
  remember(run)
  const offered = withoutRunOnly(await askEffective(operator, child.sessionKey ?? ''))
  const removed = onlyInRuns([...expectedRemovals(run, builtInRuns), ...expectedRemovals(inventory, built)])
  await expect
    .poll(() => onlyInRuns(removalsIn(gateway, since)), { timeout: 15_000 })
    .toEqual(expect.arrayContaining(removed))
  return { run, handed: callable(run), offered, shown: shown(inventory), removed }
}
const ofChildren = (lines: string[]) => lines.filter((line) => /^(subagent|inherited)/.test(line))

test('a spawned child has what its parent handed down leaves: by its run, the gateway’s list and the gateway’s log', async ({
  skip,
}) => {
  if (missing) skip(missing)
  const written: Variant = {
    tools: { deny: ['tts'], subagents: { tools: { deny: ['web_fetch'] } } },
    agents: {
      a1: { profile: 'coding', deny: ['web_search', 'group:media'] },
      a2: { profile: 'messaging' },
      a3: { allow: ['group:fs', 'sessions_spawn', 'probe_open'] },
      a4: { byProvider: { stub: { deny: ['exec', 'no_such_tool'] } }, alsoAllow: ['probe_closed'] },
    },
    channels: {},
  }
  let children = 0
  for (const variant of [written, makeVariant(21)]) {
    const config = await apply(variant)
    for (const agentId of agentIds.slice(0, 5)) {
      const sessionKey = freshKey(agentId)
      const parent = explainRun(config, agentId, { sessionKey })
      if (!callable(parent).includes('sessions_spawn')) continue
      const [since, words] = [Date.now(), crypto.randomUUID()]
      const handed = await handedAfter(sessionKey, toSpawn(`hello ${words}`), words)
      const child = (await spawnedOf(operator, agentId)).find(({ spawnedBy }) => spawnedBy === sessionKey)
      const given = { sessionKey: child?.key ?? '', spawnDepth: 1, inherited: handedDown(parent) }
      const ours = await comparison(config, agentId, given, since)
      const what = `${agentId} ${JSON.stringify(variant.agents[agentId])}`
      expect(promisedOf(handed, ours.run), what).toEqual(ours.handed)
      expect(ours.offered, what).toEqual(ours.shown)
      // Nothing else was removed from a child: these lines are of no other run.
      expect(ofChildren(onlyInRuns(removalsIn(gateway, since))), what).toEqual(ofChildren(ours.removed))
      children += 1
    }
  }
  console.log(`${children} spawned children; steps that decided: ${[...deciding].join(', ')}`)
  expect(children).toBeGreaterThanOrEqual(5)
}, 400_000)

test('a child keeps what it was handed when its parent may do more since, and hands it on to a child of its own', async ({
  skip,
}) => {
  if (missing) skip(missing)
  const sessionKey = freshKey('a1')
  const narrow: Variant = { tools: {}, agents: { a1: { allow: ['group:fs', 'group:sessions'] } }, channels: {} }
  const before = await apply(narrow)
  const parent = explainRun(before, 'a1', { sessionKey })
  const words = crypto.randomUUID()
  const since = Date.now()
  const handed = await handedAfter(sessionKey, toSpawn(toSpawn(`hello ${words}`)), words)
  const spawned = await spawnedOf(operator, 'a1')
  const child = spawned.find(({ spawnedBy }) => spawnedBy === sessionKey)
  const grandchild = spawned.find(({ spawnedBy }) => spawnedBy === child?.key)
  const given = { sessionKey: child?.key ?? '', spawnDepth: 1, inherited: handedDown(parent), sender: { owner: false } }
  const inherited = handedDown(explainRun(before, 'a1', given))
  const deeper = { sessionKey: grandchild?.key ?? '', spawnDepth: 2, inherited }
  const ours = await comparison(before, 'a1', deeper, since)
  expect(promisedOf(handed, ours.run)).toEqual(ours.handed)
  expect(ours.offered).toEqual(ours.shown)
  const wider = await apply({ tools: {}, agents: { a1: {} }, channels: {} })
  const again = crypto.randomUUID()
  const widened = Date.now()
  const kept = await handedAfter(child?.key ?? '', `hello ${again}`, again)
  // What an operator writes may be taken into a turn that is not the owner's, so the owner's tools are left out.
  const now = explainRun(wider, 'a1', given)
  remember(now)
  expect(promisedOf(kept, now).filter((name) => !ownerOnly.includes(name))).toEqual(callable(now))
  await expect
    .poll(() => removalsIn(gateway, widened))
    .toContainEqual(expect.stringMatching(/^inherited tools: .*exec/))
}, 400_000)

test('a stranger is not handed what belongs to the owner, and a job only what its list has', async ({ skip }) => {
  if (missing) skip(missing)
  const config = await apply({ tools: {}, agents: { a1: { profile: 'coding' } }, channels: {} })
  const stranger = await connectOperator(gateway.url, gateway.token, ['operator.read', 'operator.write'])
  const [words, asked, since] = [crypto.randomUUID(), model.requests.length, Date.now()]
  const sessionKey = freshKey('a1')
  await sendMessage(stranger, sessionKey, `hello ${words}`)
  const strange = explainRun(config, 'a1', { sessionKey, sender: { owner: false } })
  const [theirs] = onlyInRuns(expectedRemovals(strange, builtInRuns))
  const toStranger = await until('the run of the stranger', async () => handedTo(model, asked, words), 90_000)
  stranger.close()
  expect(promisedOf(withoutRunOnly(toStranger), strange)).toEqual(callable(strange))
  // Its manifest declares it part of the profile, which the gateway tells nobody: neither promised nor denied.
  expect(toStranger).toContain('probe_open')
  expect(strange.tools.find(({ name }) => name === 'probe_open')).toMatchObject({
    ...{ outcome: 'possible', decidedBy: null, expected: 'withheld', knownDifference: 'pluginProfileUnknown' },
  })
  expect(theirs).toMatch(/^gateway sender owner-only tools.deny: .*terminal/)
  remember(strange)

  const runtimeAllow = ['read', 'exec', 'probe_open', 'group:web']
  const job = await operator.call('cron.add', {
    ...{ name: words, enabled: true, agentId: 'a1', sessionTarget: 'isolated', delivery: { mode: 'none' } },
    schedule: { kind: 'every', everyMs: 3_600_000 },
    payload: { kind: 'agentTurn', message: `job ${words}`, toolsAllow: runtimeAllow },
  })
  const { id } = z.object({ id: z.string() }).parse(job)
  await operator.call('cron.run', { id, mode: 'force' })
  const handed = await until('the job to ask', async () => handedTo(model, asked, `job ${words}`), 60_000)
  const ofJob = explainRun(config, 'a1', { sessionKey: `agent:a1:cron:${id}`, runtimeAllow })
  expect(promisedOf(withoutRunOnly(handed), ofJob)).toEqual(callable(ofJob))
  remember(ofJob)
  const [byList] = onlyInRuns(expectedRemovals(ofJob, builtInRuns))
  expect(byList).toMatch(/^runtime tools.allow: /)
  for (const [ours, explained] of [[theirs, strange] as const, [byList, ofJob] as const]) {
    const [label = '', names = ''] = ours?.split(': ') ?? []
    const removed = promisedOf(withoutRunOnly(names.split(' ')), explained).filter(isForAll)
    // What we say that an earlier step withholds may get this far: see `promisedOf`.
    const judged = new Set([...removed, ...callable(explained)])
    const said = () => removalsIn(gateway, since).find((line) => line.startsWith(`${label}: `))
    const saidOf = (line = '') => withoutRunOnly(line.slice(label.length + 2).split(' '))
    await expect.poll(() => saidOf(said()).filter((name) => judged.has(name)), { timeout: 15_000 }).toEqual(removed)
  }
  expect([...deciding]).toEqual(expect.arrayContaining(['owner', 'subagent', 'runtime', 'inherited']))
}, 400_000)
