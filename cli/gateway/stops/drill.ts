import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { DrillReport, DrillStop } from '../../../worker/features/connectors/link/stops/contract.ts'
import { cut } from '../bounded.ts'
import { AgentsList } from '../frames.ts'
import type { GatewaySession } from '../session.ts'
import { digestOfEntry, lookAt } from './at-gateway.ts'
import type { StopBook } from './book.ts'
import { recoverAgents } from './recover-agents.ts'
import { newlyHeld, stopAgents } from './stop-agents.ts'

/** Agents whose id begins with this are ours, and never told as agents. */
export const probePrefix = 'clawbutler-drill'
const visibleWithinMs = 60_000
const pollMs = 150
const refusedWithinMs = 60_000

const Roster = AgentsList.extend({ ownership: z.string().nullish() })
const Tools = z.object({ groups: z.array(z.object({ tools: z.array(z.unknown()) })) })

const nothingShown: DrillReport = {
  outcome: 'failed',
  because: null,
  detail: '',
  steps: [],
  toolsBefore: null,
  toolsAfter: null,
  isRunRefused: null,
  isExact: null,
  confirmedMs: null,
  recoveredMs: null,
}

/** Of a drill that could not begin, or broke off: what the gateway said, or that it is away. */
export const brokenOff = (isAway: boolean, detail: string): DrillReport => ({
  ...nothingShown,
  outcome: isAway ? 'impossible' : 'failed',
  because: isAway ? { code: 'gateway_away', facts: {} } : null,
  detail: cut(detail, 1_000),
})

/**
 * Stops an agent made for that, by the very steps that stop a real one, shows that nothing is left to it, puts it back,
 * and takes it away. No model is called: with the plugin a run is tried, which the plugin refuses before; without it none.
 */
export async function drillAt(
  session: GatewaySession,
  book: StopBook,
  { mayRewrite }: DrillStop,
): Promise<DrillReport> {
  const report: DrillReport = { ...nothingShown }
  const { agents, ownership, defaultId } = await session.call('agents.list', {}, Roster, 60_000)
  if (ownership !== 'explicit' && agents.length < 2 && !mayRewrite)
    return {
      ...report,
      outcome: 'impossible',
      because: { code: 'would_rewrite', facts: {} },
      detail:
        'This gateway has one agent that stands in no list: a probe beside it would have its configuration rewritten. Allow that for the drill.',
    }
  const before = agents.find(({ id }) => id === defaultId) ?? agents[0]
  const opened = await book.open()
  if (opened.probe !== null) await removeProbe(session, book, opened.probe)
  const name = `${probePrefix}-${randomUUID().slice(0, 8)}`
  opened.probe = name
  await book.keep()
  try {
    const workspace = `${before?.workspace ?? '.'}/.clawbutler-drill`
    await session.call('agents.create', { name, workspace }, z.unknown(), 60_000)
    if (!(await isVisible(session, name)))
      return {
        ...report,
        because: { code: 'probe_hidden', facts: {} },
        detail: 'The gateway took the probe agent and does not show it.',
      }
    const sessionKey = `agent:${name}:main`
    await session.call('sessions.create', { key: sessionKey }, z.unknown(), 60_000)
    report.toolsBefore = await countTools(session, sessionKey)
    const entry = (await lookAt(session)).entryOf(name)
    opened.held[name] = newlyHeld(name)
    const began = performance.now()
    await stopAgents(session, book, [name], began)
    const stopped = opened.held[name]?.told
    report.confirmedMs = stopped?.confirmedMs ?? null
    report.steps = stopped?.steps ?? []
    report.toolsAfter = await countTools(session, sessionKey)
    report.isRunRefused = stopped?.isRefused ? await isRunRefused(session, name, sessionKey) : null
    const recovering = performance.now()
    const [recovered] = await recoverAgents(session, book, [name], recovering)
    report.recoveredMs = Math.round(performance.now() - recovering)
    report.steps = [...report.steps, ...(recovered?.steps ?? [])].slice(0, 24)
    report.isExact =
      recovered?.state === 'recovered' &&
      recovered.differs.length === 0 &&
      digestOfEntry((await lookAt(session)).entryOf(name)) === digestOfEntry(entry)
    const isDenied = report.toolsAfter === 0 && report.isRunRefused !== false
    const passed = stopped?.state === 'stopped' && isDenied && report.isExact
    report.outcome = passed ? 'passed' : 'failed'
    const [confirmedMs, recoveredMs] = [report.confirmedMs ?? 0, report.recoveredMs]
    report.because = passed
      ? { code: 'proven', facts: { confirmedMs, recoveredMs } }
      : { code: 'not_proven', facts: {} }
    report.detail = passed
      ? `Confirmed after ${confirmedMs} ms, put back after ${recoveredMs} ms.`
      : 'The probe was not stopped, not left without tools, or not put back; the steps tell which.'
    return report
  } finally {
    delete opened.held[name]
    await removeProbe(session, book, name).catch(() => undefined)
  }
}

async function isVisible(session: GatewaySession, name: string): Promise<boolean> {
  const until = performance.now() + visibleWithinMs
  while (performance.now() < until) {
    const { agents } = await session.call('agents.list', {}, AgentsList, 60_000)
    if (agents.some(({ id }) => id === name)) return true
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  return false
}

async function countTools(session: GatewaySession, sessionKey: string): Promise<number> {
  const { groups } = await session.call('tools.effective', { sessionKey }, Tools, 60_000)
  return groups.reduce((sum, { tools }) => sum + tools.length, 0)
}

/** A run that ends as blocked has called no model; one that ends otherwise was not refused. */
async function isRunRefused(session: GatewaySession, agentId: string, sessionKey: string): Promise<boolean> {
  const runId = randomUUID()
  const Ended = z.object({ status: z.string(), error: z.string().nullish(), terminalReply: z.unknown().optional() })
  const params = { message: 'Drill of the kill switch.', agentId, sessionKey, idempotencyKey: runId }
  try {
    await session.call('agent', params, z.unknown(), 30_000)
    const wait = { runId, timeoutMs: refusedWithinMs }
    const ended = await session.call('agent.wait', wait, Ended, refusedWithinMs + 10_000)
    return ended.status === 'error' || /stopped/i.test(JSON.stringify(ended))
  } catch (error) {
    return error instanceof Error && /stopped|blocked/i.test(error.message)
  }
}

/** Takes the probe away; one that is gone already is done. */
export async function removeProbe(session: GatewaySession, book: StopBook, name: string): Promise<void> {
  const { agents } = await session.call('agents.list', {}, AgentsList, 60_000)
  if (agents.some(({ id }) => id === name))
    await session.call('agents.delete', { agentId: name, deleteFiles: false }, z.unknown(), 60_000)
  const opened = await book.open()
  delete opened.held[name]
  opened.probe = null
  opened.formerProbes = [...opened.formerProbes, name].slice(-5)
  await book.keep()
}
