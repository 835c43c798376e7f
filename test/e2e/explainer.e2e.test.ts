import { afterAll, beforeAll, expect, test } from 'vitest'
import { explainTools } from '../../worker/features/agents/explain/explain-tools.ts'
import {
  type Facts,
  type KnownTool,
  mergeInventories,
  readInventory,
} from '../../worker/features/agents/explain/facts.ts'
import { runOnly, toolGroups } from '../../worker/features/agents/explain/policy/catalog.ts'
import { type PolicyStep, policySteps } from '../../worker/features/agents/explain/policy/contract.ts'
import { type Entry, toolName } from '../../worker/features/agents/explain/policy/names.ts'
import { sandboxRulesOf } from '../../worker/features/agents/explain/policy/sandbox.ts'
import { situationOf } from '../../worker/features/agents/explain/situation.ts'
import { type Gateway, startGateway } from '../support/openclaw/gateway.ts'
import { installOpenClaw } from '../support/openclaw/install.ts'
import { connectOperator, type Operator, sendMessage, waitForRun } from '../support/openclaw/operator.ts'
import { type StubModel, startStubModel } from '../support/stub-model.ts'
import { expectedRemovals } from './explainer/removals.ts'
import { agentIds, makeVariant, sessionsOf } from './explainer/variants.ts'
import {
  applyConfiguration,
  askEffective,
  awaitRoster,
  baseOf,
  configurationOf,
  removalsIn,
  sandboxSaid,
  writeProbePlugin,
} from './explainer/world.ts'

/** The explainer against the real gateway: the same configuration, asked tool by tool. */

/** Each of ten agents, and as many as the gateway takes in a minute with what follows. */
const variantCount = 20
/** Steps that `tools.effective` does not take, or not in conversations that nobody spawned. */
const onlyInRuns = new Set<PolicyStep>(['sandbox', 'owner', 'runtime', 'inherited'])
let missing: string | undefined
let command: string
let model: StubModel
let gateway: Gateway
let operator: Operator
let base: Record<string, unknown>
let plugins: Record<string, unknown>
let catalog: KnownTool[]
let built: ReadonlySet<string>

beforeAll(async () => {
  try {
    command = await installOpenClaw(console.log)
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
  for (const key of agentIds.flatMap(sessionsOf)) await operator.call('sessions.create', { key })
  const known = readInventory(await operator.call('tools.catalog', { agentId: 'a0' }))
  const all = readInventory(await operator.call('tools.effective', { sessionKey: 'agent:a0:main' }))
  catalog = mergeInventories(known, all)
  built = new Set(all.map(({ name }) => name))
})

afterAll(async () => {
  operator?.close()
  await gateway?.stop()
  await model?.close()
})

const apply = (variant: Parameters<typeof configurationOf>[1]) =>
  applyConfiguration(operator, configurationOf(base, variant, `${gateway.folder}/workspace`, plugins))

const factsOf = (config: unknown, offered: ReadonlySet<string> | null): Facts => ({
  ...{ config, completed: config, catalog, offered, built },
  ...{ absent: new Set<string>(), skills: null, models: null, auth: null },
})

test('for every tool of every agent the explainer says what the gateway says, and names the step that its log names', async ({
  skip,
}) => {
  if (missing) skip(missing)
  const differences: string[] = []
  const startedAt = Date.now()
  const expected: string[] = []
  const deciding = new Set<string>()
  let asked = 0
  for (let seed = 1; seed <= variantCount; seed += 1) {
    const config = await apply(makeVariant(seed))
    for (const agentId of agentIds)
      for (const sessionKey of sessionsOf(agentId)) {
        const offered = await askEffective(operator, sessionKey)
        const situation = situationOf(config, agentId, { sessionKey })
        const explained = explainTools(factsOf(config, offered), situation, 'inventory')
        for (const { name, agrees, expected: said, decidedBy } of explained.tools) {
          if (agrees === false) differences.push(`${seed} ${sessionKey} ${name}: we say ${said} (${decidedBy})`)
          deciding.add(decidedBy ?? 'none')
        }
        expected.push(...expectedRemovals(explained, built))
        asked += 1
      }
  }
  expect(differences).toEqual([])
  expect(asked).toBe(variantCount * 40)
  // Each step has been the one that decided: what never decides would not be held against anything.
  expect([...deciding]).toEqual(
    expect.arrayContaining([...policySteps.filter((step) => !onlyInRuns.has(step)), 'construction']),
  )
  // The log is written a moment later.
  await expect.poll(() => removalsIn(gateway, startedAt).sort(), { timeout: 15_000 }).toEqual(expected.sort())
})

test('what a real run hands to its model is what the explainer says, but for the tools that only runs have', async ({
  skip,
}) => {
  if (missing) skip(missing)
  const config = await apply(makeVariant(variantCount + 1))
  const expectedOf = (agentId: string) => {
    const { tools } = explainTools(factsOf(config, null), situationOf(config, agentId))
    return tools.filter(({ outcome }) => outcome === 'callable').map(({ name }) => name)
  }
  // With nothing left a run ends before its model is asked.
  const running = agentIds.filter((agentId) => expectedOf(agentId).length > 0).slice(0, 5)
  expect(running.length).toBe(5)
  for (const agentId of running) {
    const asked = model.requests.length
    await waitForRun(operator, await sendMessage(operator, `agent:${agentId}:main`, 'hello'))
    const handed = new Set(model.requests[asked]?.tools?.map((tool) => tool.function.name))
    // `tools.effective` never shows these, so the explainer marks them and does not promise them.
    const promised = [...handed].filter((name) => !runOnly.has(name))
    expect(promised.sort(), agentId).toEqual(expectedOf(agentId).sort())
  }
})

test('the lists of a sandbox are those that the gateway’s own command prints', async ({ skip }) => {
  if (missing) skip(missing)
  const sandbox = (tools: object) => ({ sandbox: { tools } })
  const config = {
    agents: {
      defaults: { sandbox: { mode: 'all' } },
      ownership: 'explicit',
      entries: { main: {}, a0: { tools: sandbox({ alsoAllow: ['group:web', 'gateway', 'no*'] }) } },
    },
    tools: sandbox({ alsoAllow: ['message'] }),
  }
  const said = sandboxSaid(gateway, command, config, 'a0')
  const rules = sandboxRulesOf(config, 'a0')
  const opened = (entries: readonly Entry[]) =>
    [...new Set(entries.flatMap(({ entry }) => toolGroups.get(toolName(entry)) ?? [toolName(entry)]))].sort()
  expect(opened(rules.allow ?? [])).toEqual(said.allow.sort())
  expect(opened(rules.deny)).toEqual(said.deny.sort())
})
