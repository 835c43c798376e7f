import { join } from 'node:path'
import { z } from 'zod'
import { Failure } from '../output/failure.ts'
import { readJsonFile } from './private-file.ts'

const Secrets = z.object({ OPERATOR_TOKEN: z.string().min(1) })

/** The token of whoever runs this machine's own installation, from the secrets of its state folder. */
export async function operatorToken(stateDir: string): Promise<string> {
  const path = join(stateDir, 'secrets.json')
  const secrets = await readJsonFile(path, Secrets)
  if (secrets) return secrets.OPERATOR_TOKEN
  throw new Failure(`${path} does not exist: give the state folder of the installation with --state.`)
}
