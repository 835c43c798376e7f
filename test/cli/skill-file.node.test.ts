import { createHash } from 'node:crypto'
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSkillFile } from '../../cli/gateway/management/skill-file.ts'
import { aFolder } from './world.ts'

const aSkill = async (text: string) => {
  const path = join(await aFolder(), 'SKILL.md')
  await writeFile(path, text)
  return path
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

test.each([
  ['---\nname: a\nversion: 1.2.3\n---\ntext', '1.2.3'],
  ['---\r\nversion: "2.0"\r\nname: a\r\n---\r\n', '2.0'],
  ['---\nname: a\n---\nversion: 9.9.9\n', null],
  ['---\nname: a\nversion:\n  nested: 1\n---\n', null],
  ['---\nname: a\nmetadata:\n  version: 4\n---\n', null],
  ['version: 1.0.0\n', null],
  ['', null],
])('the version stands at the top of the file or nowhere: %j', async (text, version) => {
  expect(await readSkillFile(await aSkill(text))).toEqual({ version, content: sha256(text) })
})

test('what is no skill, is not there, or is no page of text, is not read', async () => {
  const folder = await aFolder()
  const nothing = { version: null, content: null }
  await writeFile(join(folder, 'secret.txt'), 'text')
  await mkdir(join(folder, 'a', 'SKILL.md'), { recursive: true })
  expect(await readSkillFile(join(folder, 'secret.txt'))).toEqual(nothing)
  expect(await readSkillFile(join(folder, 'a', 'SKILL.md'))).toEqual(nothing)
  expect(await readSkillFile(join(folder, 'none', 'SKILL.md'))).toEqual(nothing)
  expect(await readSkillFile('')).toEqual(nothing)
  const large = await aSkill('')
  await truncate(large, 1024 * 1024 + 1)
  expect(await readSkillFile(large)).toEqual(nothing)
  await symlink('/dev/zero', join(folder, 'SKILL.md'))
  expect(await readSkillFile(join(folder, 'SKILL.md'))).toEqual(nothing)
})
