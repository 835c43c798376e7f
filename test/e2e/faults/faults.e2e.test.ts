/**
 * The whole product under random kills: the real server with its runtime, the real connector and a simulated gateway,
 * each a process with its state on disk, under load; one of them dies by SIGKILL every second or so. In the end the
 * gateway's own files and the product's API are compared.
 *
 * What must be in the sequence, exactly once:
 *   runs and tool calls     whatever the gateway's ledger holds, also from times when nobody listened (back-fill)
 *   decisions               whatever the gateway's history holds, made by us or at the gateway itself (reconciliation)
 *   requests for approval   each that the gateway still waits for, or whose event reached the connector's disk
 *   our own decisions       each that the API has answered with success
 * What may be missing: a request that the gateway forgot by its own death, or that was decided at the gateway, in the
 * moment between its event and the connector's disk (they are counted and printed; nobody waits for them); model calls,
 * which no ledger holds. A gateway that dies forgets what is pending and what runs; its ledger and the history of
 * decisions it keeps. Kills are kills of processes: what a loss of power does to unflushed pages is not tried here.
 */
import { afterAll, expect, test } from 'vitest'
import { Chance } from './chance.ts'
import { Load } from './load.ts'
import { judge, type Verdict } from './oracle.ts'
import { startWorld, type World } from './world.ts'

const seed = Number(process.env.CLAWBUTLER_FAULT_SEED || Math.floor(Math.random() * 2 ** 31))
const kills = Number(process.env.CLAWBUTLER_FAULT_KILLS || 210)
const settleWithinMs = 150_000

let world: World | null = null
afterAll(async () => {
  for (const part of world?.parts ?? []) await part.kill()
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Kills one part after the other at random moments, also while it starts, and lets each come back a moment later. */
const killAtRandom = async ({ parts }: World, chance: Chance): Promise<Record<string, number>> => {
  const count: Record<string, number> = {}
  const returning: Promise<void>[] = []
  for (let killed = 0; killed < kills; ) {
    await pause(chance.is(0.2) ? chance.between(1_500, 3_500) : chance.between(50, 1_200))
    for (const { collapse } of parts) if (collapse) throw new Error(collapse)
    const part = chance.of(parts)
    const awayMs = chance.between(0, 400)
    if (!part.isRunning) continue
    await part.kill()
    killed += 1
    count[part.name] = (count[part.name] ?? 0) + 1
    returning.push(pause(awayMs).then(() => part.start()))
  }
  await Promise.all(returning)
  return count
}

/** Judges until nothing is wrong, or until the time that everything had to come to rest is over. */
const settled = async (running: World, load: Load): Promise<Verdict> => {
  const deadline = Date.now() + settleWithinMs
  let verdict: Verdict = { wrong: ['never judged'], events: 0, happenings: 0, approvals: {}, unheard: 0 }
  while (verdict.wrong.length > 0 && Date.now() < deadline) {
    await pause(1_000)
    verdict = await judge(running, load.acknowledged).catch((error: Error) => ({ ...verdict, wrong: [error.message] }))
  }
  return verdict
}

test('whatever is killed and whenever: nothing is lost, nothing is there twice, nothing stays stuck', {
  timeout: 900_000,
}, async () => {
  console.log(`CLAWBUTLER_FAULT_SEED=${seed}`)
  world = await startWorld()
  const load = new Load(world, new Chance(seed + 1))
  load.begin()
  const killed = await killAtRandom(world, new Chance(seed))
  load.calm()
  const verdict = await settled(world, load)
  await load.end()
  console.log(JSON.stringify({ seed, killed, decisions: load.acknowledged.size, ...verdict }, null, 1))
  expect(verdict.wrong).toEqual([])
  expect(load.contradictions).toEqual([])
  expect(Object.keys(killed).sort()).toEqual(['connector', 'gateway', 'server'])
  expect(verdict.happenings).toBeGreaterThan(kills)
  // Few decisions come through between kills on a slow machine; none at all would prove nothing.
  expect(load.acknowledged.size).toBeGreaterThan(3)
})
