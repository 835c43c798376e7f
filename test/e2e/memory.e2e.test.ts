import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { GatewayChange } from '../../worker/features/connectors/link/changes/contract.ts'
import type { CommandResult } from '../../worker/features/connectors/link/commands/contract.ts'
import { answers, type GatewayQuestion } from '../../worker/features/connectors/link/questions/contract.ts'
import { aCloud, aConnector, until } from '../cli/world.ts'
import { startGateway } from '../support/openclaw/gateway.ts'
import { installOpenClaw } from '../support/openclaw/install.ts'
import { startStubModel } from '../support/stub-model.ts'

const aRealGateway = async () => {
  const command = await installOpenClaw(console.log)
  const model = await startStubModel()
  onTestFinished(() => model.close())
  const gateway = await startGateway({ command, modelUrl: model.url, ask: 'off' })
  onTestFinished(() => gateway.stop())
  return gateway
}

test('the memory of an agent of the real gateway is listed, read, searched, written and removed', async ({ skip }) => {
  const gateway = await aRealGateway().catch((error) => skip(`the OpenClaw gateway did not start: ${error}`))
  const memory = join(gateway.folder, 'workspace', 'memory')
  mkdirSync(memory)
  writeFileSync(join(memory, '2026-11-21.md'), '每周会议纪要\n')
  const cloud = await aCloud()
  const { connector } = await aConnector({
    server: cloud.url,
    gateway: gateway.url,
    gatewayToken: gateway.token,
    groups: ['read', 'approvals', 'manage'],
  })
  await until('the gateway', () => connector.gateway.live, 60_000)
  let sent = 0
  const send = (name: string, params: object): Promise<CommandResult> => {
    const id = `cmd_${++sent}`
    cloud.sendCommand({ id, command: name, params, deadline: new Date(Date.now() + 60_000).toISOString() })
    return until(`the answer to ${name}`, () => cloud.results.find((result) => result.id === id), 60_000)
  }
  const ask = async (question: GatewayQuestion) => {
    const result = await send('gateway.ask', question)
    if (!result.ok) throw new Error(JSON.stringify(result))
    return result.answer
  }
  const change = (params: GatewayChange) => send('gateway.change', params)
  const read = async (path: string) =>
    answers['memory.file'].parse(await ask({ question: 'memory.file', agent: 'main', path })).file

  const listed = answers['memory.files'].parse(await ask({ question: 'memory.files', agent: 'main' }))
  expect(listed).toMatchObject({ reach: 'all', isComplete: true, files: [{ path: 'memory/2026-11-21.md' }] })
  const found = answers['memory.search'].parse(await ask({ question: 'memory.search', agent: 'main', query: '会议' }))
  expect(found).toMatchObject({ searchedBy: 'text', hits: [{ path: 'memory/2026-11-21.md', line: 1 }] })

  const path = 'memory/项目/计划.md'
  const put = { change: 'memory.put', agent: 'main', path, content: '一\n', expectedHash: null } as const
  const made = await change(put)
  expect(made).toMatchObject({ ok: true, done: { wasAlready: false } })
  expect(await change(put)).toMatchObject({ ok: true, done: { wasAlready: true } })
  const file = join(memory, '项目', '计划.md')
  expect([readFileSync(file, 'utf8'), statSync(file).uid]).toEqual(['一\n', statSync(memory).uid])
  const { hash } = await read(path)
  expect(await change({ ...put, content: '二\n', expectedHash: hash })).toMatchObject({ ok: true })
  expect(await change({ ...put, content: '三\n', expectedHash: hash })).toMatchObject({ ok: false, failure: 'stale' })
  const newest = await read(path)
  expect(newest.content).toBe('二\n')
  const gone = await change({ change: 'memory.delete', agent: 'main', path, expectedHash: newest.hash ?? '' })
  expect(gone).toMatchObject({ ok: true, done: { after: null } })
  expect(await read(path)).toMatchObject({ isMissing: true })

  const main = {
    change: 'memory.put',
    agent: 'main',
    path: 'MEMORY.md',
    content: '# Main\n',
    expectedHash: null,
  } as const
  expect(await change(main)).toMatchObject({ ok: true })
  expect(await read('MEMORY.md')).toMatchObject({ content: '# Main\n', isMissing: false })
}, 300_000)
