import { expect, test } from 'vitest'
import { isOnlyMoreDetail } from '../../../worker/features/snapshots/taking/more-detail.ts'

const skill = (more: object = {}) => ({ key: 'weather', source: 'bundled', state: 'ready', needs: [], ...more })
const before = { models: [{ id: 'a/b', availability: 'available' }], skills: [skill()], plugins: ['pets'] }
const told = {
  models: before.models,
  skills: [skill({ version: '1.0.0', content: `sha256:${'a'.repeat(64)}` })],
  plugins: [{ id: 'pets', version: '2.0.0' }],
  tools: [{ name: 'feed', source: 'plugin', pluginId: 'pets', optional: false, profiles: null }],
}

test('versions that nobody told before are no change', () => {
  expect(isOnlyMoreDetail(before, told)).toBe(true)
  expect(isOnlyMoreDetail(before, { ...told, skills: [skill({ version: null, content: null })] })).toBe(true)
})

test('other models are the configuration’s to name, and no change of what is there', () => {
  expect(isOnlyMoreDetail(before, { ...told, models: [] })).toBe(true)
  expect(
    isOnlyMoreDetail(before, { ...told, models: [{ id: 'a/c', availability: 'unknown' }, ...before.models] }),
  ).toBe(true)
})

test('whatever else differs is one', () => {
  const changed = [
    { ...told, skills: [skill({ state: 'disabled', version: '1.0.0' })] },
    { ...told, skills: [...told.skills, skill({ key: 'calendar', version: '1.0.0' })] },
    { ...told, skills: [] },
    { ...told, plugins: [] },
    { ...told, plugins: [...told.plugins, { id: 'more', version: '1' }] },
    { ...told, models: [{ id: 'a/b', availability: 'unavailable' }] },
  ]
  for (const after of changed) expect(isOnlyMoreDetail(before, after)).toBe(false)
})

test('a version that was told and is another now is one, and so is one that is not told any more', () => {
  expect(isOnlyMoreDetail(told, { ...told, plugins: [{ id: 'pets', version: '2.0.1' }] })).toBe(false)
  expect(isOnlyMoreDetail(told, { ...told, plugins: [{ id: 'pets', version: null }] })).toBe(false)
  expect(isOnlyMoreDetail(told, { ...told, skills: [skill({ version: '1.0.0', content: 'sha256:b' })] })).toBe(false)
  expect(isOnlyMoreDetail(told, { ...told, tools: [] })).toBe(false)
})
