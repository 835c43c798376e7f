import { chmod, cp, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile, writePrivateFile } from '../profile/private-file.ts'
import { folderOf, Installed } from './configuration.ts'

const source = join(import.meta.dirname, '../openclaw-plugin')
const recordOf = (stateDir: string) => join(stateDir, 'openclaw-plugin.json')

/** Copies the plugin to where a gateway of any user of this machine can read it, if it can walk there. */
export async function placePlugin(parent: string): Promise<string> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(source, 'package.json'), 'utf8')))
  const folder = join(parent, folderOf(version))
  await mkdir(folder, { recursive: true })
  await cp(source, folder, { recursive: true })
  await chmod(folder, 0o755)
  for (const name of await readdir(folder)) await chmod(join(folder, name), 0o644)
  return folder
}

export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true })
export const loadInstalled = (stateDir: string) => readJsonFile(recordOf(stateDir), Installed)
export const saveInstalled = (stateDir: string, installed: Installed) =>
  writePrivateFile(recordOf(stateDir), JSON.stringify(installed, null, 2))
export const forgetInstalled = (stateDir: string) => rm(recordOf(stateDir), { force: true })
