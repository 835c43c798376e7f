import { expect, test } from 'vitest'
import { EffectiveOf } from '../../worker/features/agents/explain/api/contract.ts'
import { runCommand } from '../support/product/command.ts'
import { anApi, idOf } from './api.ts'

test('who sends, with which model, from where and how deep is asked for as it was typed', async () => {
  const api = await anApi({})
  const id = idOf('agt', 1)
  const effective = (...flags: string[]) => runCommand(['agents', 'effective', id, ...flags], api.env)
  const flags = ['--session', 'agent:main:x', '--model', 'openai/gpt-5', '--sender', 'other', '--sender-id', 'u7']
  const more = ['--sender-phone', '+491', '--sender-username', 'ada', '--sender-name', 'Ada', '--channel', 'slack']
  await effective(...flags, ...more, '--spawn-depth', '2', '--tool', 'exec')
  const [asked] = api.asked
  expect(asked?.what).toBe(`GET /agents/${id}/effective`)
  expect(asked?.query).toEqual({
    ...{ sessionKey: 'agent:main:x', model: 'openai/gpt-5', sender: 'other', senderId: 'u7', senderPhone: '+491' },
    ...{ senderUsername: 'ada', senderName: 'Ada', channel: 'slack', spawnDepth: '2' },
  })
  expect(EffectiveOf.parse(asked?.query)).toMatchObject({ spawnDepth: 2 })
  expect((await effective('--sender', 'somebody')).code).not.toBe(0)
  expect((await effective('--spawn-depth', 'deep')).stderr).toContain('whole number')
  expect(api.asked).toHaveLength(1)
})
