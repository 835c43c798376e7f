import { mkdtempSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { PackageHeader } from '../../cbpkg/contract.ts'
import { choosePassphrase, readPassphrase } from '../../cli/artifacts/passphrase.ts'
import { exitCodes } from '../../cli/output/failure.ts'
import { aFile, fileOf, passphrase } from '../cbpkg/packages.ts'
import { runCommand } from '../support/product/command.ts'

const Told = z.object({
  ok: z.boolean(),
  fault: z.string().nullable(),
  header: PackageHeader.optional(),
  totals: z.object({ entries: z.number(), bytes: z.number() }).optional(),
})

const home = mkdtempSync(join(tmpdir(), 'clawbutler-package-'))
const file = join(home, 'gateway.cbpkg')
const secret = join(home, 'passphrase')
beforeAll(async () => {
  await writeFile(
    file,
    await fileOf({ entries: [aFile('global/models.json', '{}'), aFile('agents/a/workspace/f', 'text')] }),
  )
  await writeFile(secret, `${passphrase}\n`, { mode: 0o600 })
})

afterAll(() => rm(home, { recursive: true, force: true }))

const verify = (args: string[], env: Record<string, string> = {}) =>
  runCommand(['connector', 'artifact', 'verify', ...args], env)

test('a whole package is told with its header and totals, and what is inside is not', async () => {
  const { code, stdout, stderr } = await verify([file, '--json'], { CLAWBUTLER_PASSPHRASE_FILE: secret })
  expect(code).toBe(0)
  const told = Told.parse(JSON.parse(stdout))
  expect(told).toMatchObject({ ok: true, fault: null, totals: { entries: 2, bytes: 6 }, header: { intent: 'backup' } })
  expect(stdout + stderr).not.toContain(passphrase)
})

test('what is not inside and what is to be filled in is named as when it was packed', async () => {
  const lacking = join(home, 'lacking.cbpkg')
  const missing = [{ path: 'configuration#/models/providers/main/apiKey', reason: 'the secret could not be read' }]
  const placeholders = [{ path: 'global/models.json#/models/providers/main/apiKey', kind: 'secret' as const }]
  await writeFile(lacking, await fileOf({ missing, placeholders }))
  const { code, stdout, stderr } = await verify([lacking, '--passphrase-file', secret])
  expect([code, stdout]).toEqual([0, expect.stringContaining('every byte was read')])
  expect(stderr).toContain('not inside: 1\n  configuration#/models/providers/main/apiKey: the secret could not be read')
  expect(stderr).toContain('to be filled in: 1\n  global/models.json#/models/providers/main/apiKey: secret')
})

test('a package that is not whole ends with a failure that says so', async () => {
  const broken = join(home, 'broken.cbpkg')
  await writeFile(broken, (await fileOf()).subarray(0, -1))
  const { code, stdout, stderr } = await verify([broken, '--passphrase-file', secret, '--json'])
  expect(code).toBe(1)
  expect(Told.parse(JSON.parse(stdout))).toEqual({ ok: false, fault: 'truncated' })
  expect(stderr).toMatch(/must not be used/)
})

test('without a terminal and without a file there is no passphrase, and the command says how to give one', async () => {
  const { code, stderr } = await verify([file])
  expect(code).toBe(2)
  expect(stderr).toContain('--passphrase-file')
})

test('a passphrase is what stands on the only line of its file', async () => {
  const given = async (content: string) => {
    await writeFile(join(home, 'given'), content)
    return { passphraseFile: join(home, 'given') }
  }
  expect(await readPassphrase(await given('mit Leerzeichen \r\n'))).toBe('mit Leerzeichen ')
  for (const unfit of ['', '\n', 'one\ntwo\n', 'x'.repeat(5000)])
    await expect(readPassphrase(await given(unfit))).rejects.toMatchObject({ exitCode: exitCodes.usage })
  await expect(readPassphrase({ passphraseFile: join(home, 'nowhere') })).rejects.toMatchObject({ exitCode: 2 })
  expect(await readPassphrase(await given('short'))).toBe('short')
  await expect(choosePassphrase(await given('eleven char'))).rejects.toMatchObject({ exitCode: exitCodes.usage })
  expect(await choosePassphrase(await given('twelve chars'))).toBe('twelve chars')
})
