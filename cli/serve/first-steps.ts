import { AuthMethods } from '../../worker/features/auth/contract.ts'
import { Problem } from '../../worker/platform/contract.ts'
import type { ServeOptions } from './options.ts'
import type { Secrets } from './secrets.ts'

/** Creates the first owner when the environment says who, and answers what to print. */
export const firstSteps = async (address: string, options: ServeOptions, secrets: Secrets): Promise<string> => {
  const answer = await fetch(`${address}/api/v1/auth/methods`)
  if (!answer.ok)
    throw new Error('the Worker does not accept its configuration; server.log in the state folder says why')
  const methods = AuthMethods.parse(await answer.json())
  if (!methods.setupRequired) return `ClawButler runs at ${options.publicUrl}`
  if (options.bootstrap) {
    await createOwner(address, options.bootstrap, secrets.SETUP_TOKEN)
    return [
      `ClawButler runs at ${options.publicUrl}`,
      `The first owner is ${options.bootstrap.email}; sign in with the bootstrap password.`,
    ].join('\n')
  }
  return [
    `ClawButler runs at ${options.publicUrl}`,
    '',
    'First steps',
    `  1  Open ${options.publicUrl}/setup?token=${secrets.SETUP_TOKEN}`,
    '     It works once and makes you the owner.',
    '  2  Add a connector there, and paste its command on the machine of your OpenClaw gateway.',
    '  3  Watch its agents appear; approvals wait for you in the inbox.',
  ].join('\n')
}

const createOwner = async (
  address: string,
  { email, password }: { email: string; password: string },
  token: string,
): Promise<void> => {
  const name = email.split('@')[0] ?? email
  const answer = await fetch(`${address}/api/v1/auth/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, email, password, name, organizationName: 'ClawButler' }),
  })
  if (answer.ok) return
  const problem = Problem.safeParse(await answer.json())
  const faults = problem.data?.errors?.map(({ path, message }) => `${path}: ${message}`).join('; ')
  throw new Error(`the bootstrap owner was refused: ${faults ?? problem.data?.detail ?? answer.status}`)
}
