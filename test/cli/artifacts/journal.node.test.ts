import { appendFileSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RestoreJournal } from '../../../cli/artifacts/restore/journal.ts'

const begun = {
  package: 'package',
  manifestHash: 'hash',
  gateway: 'ws://127.0.0.1:18789',
  mode: 'merge' as const,
  sections: null,
  agents: null,
  fill: null,
  digest: 'digest',
  checkpoint: '/checkpoint',
  workspaces: [],
}

test('behind half a line that a kill left, the journal goes on and nothing that it says is lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clawbutler-journal-'))
  const journal = await RestoreJournal.begin(folder, begun)
  await journal.step('checkpoint', async () => {})
  const [name = ''] = readdirSync(join(folder, 'restores'))
  appendFileSync(join(folder, 'restores', name), '{"line":"step","at":"2026')
  const resumed = await RestoreJournal.unfinished(folder)
  expect(resumed?.isDone('checkpoint')).toBe(true)
  await resumed?.record('rst_1')
  await resumed?.step('agents', async () => {})
  const again = await RestoreJournal.unfinished(folder)
  expect([again?.recorded, again?.isDone('agents'), again?.isDone('files')]).toEqual(['rst_1', true, false])
  await again?.end('restored')
  expect(await RestoreJournal.unfinished(folder)).toBeNull()
})
