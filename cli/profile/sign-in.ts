import { rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { lockStateFolder, StateFolderBusy } from '../state/lock.ts'
import { makePrivateFolder, readJsonFile, writePrivateFile } from './private-file.ts'

/** Where a person is signed in. The tokens are in no log and on no screen, only in this file of theirs. */
const SignIn = z.object({
  server: z.string(),
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.number(),
  organizationId: z.string().nullable(),
})
export type SignIn = z.infer<typeof SignIn>

export const configFolder = (env: NodeJS.ProcessEnv) =>
  join(env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'clawbutler')
const fileOf = (env: NodeJS.ProcessEnv) => join(configFolder(env), 'sign-in.json')

export const loadSignIn = (env: NodeJS.ProcessEnv) => readJsonFile(fileOf(env), SignIn)

export async function saveSignIn(env: NodeJS.ProcessEnv, signIn: SignIn): Promise<void> {
  await makePrivateFolder(configFolder(env))
  await writePrivateFile(fileOf(env), JSON.stringify(signIn, null, 2))
}

export const forgetSignIn = (env: NodeJS.ProcessEnv) => rm(fileOf(env), { force: true })

/** A refresh token works once, and a second use ends the session: two commands at a time must not both use it. */
export async function aloneWithSignIn<T>(env: NodeJS.ProcessEnv, work: () => Promise<T>): Promise<T> {
  await makePrivateFolder(configFolder(env))
  const deadline = Date.now() + 15_000
  for (;;) {
    try {
      const unlock = await lockStateFolder(configFolder(env))
      try {
        return await work()
      } finally {
        await unlock()
      }
    } catch (error) {
      if (!(error instanceof StateFolderBusy) || Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
