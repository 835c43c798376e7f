import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isAlive } from '../../../cli/state/process-identity.ts'
import { Connector, CreatedConnector } from '../../../worker/features/connectors/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { ownerEnv, signIn, until } from '../../support/product/client.ts'
import { startServer } from '../../support/product/server.ts'

const runtimeOf = (stateDir: string) => Number(readFileSync(join(stateDir, 'runtime.pid'), 'utf8').split(' ')[0])

test('a server that was killed without its runtime starts again on the same port and state', async () => {
  const first = await startServer({ env: ownerEnv })
  const client = await signIn(first.url)
  await client.post(CreatedConnector, '/connectors', { name: 'kept' })
  const orphan = runtimeOf(first.stateDir)
  first.child.kill('SIGKILL')
  await until('the server to be gone', async () => first.child.signalCode !== null)
  expect(isAlive(orphan)).toBe(true)
  const second = await startServer({ stateDir: first.stateDir, port: Number(new URL(first.url).port), env: ownerEnv })
  onTestFinished(async () => void (await second.stop()))
  expect(isAlive(orphan)).toBe(false)
  const again = await signIn(second.url)
  expect((await again.get(Page(Connector), '/connectors')).items.map(({ name }) => name)).toEqual(['kept'])
})

test('a server whose runtime is killed ends as a failure, so that whoever supervises it starts a whole one', async () => {
  const server = await startServer({ env: ownerEnv })
  process.kill(runtimeOf(server.stateDir), 'SIGKILL')
  await until('the server to end', async () => server.child.exitCode !== null)
  expect(server.child.exitCode).toBe(1)
  expect(server.output()).toContain('The runtime ended by itself')
})
