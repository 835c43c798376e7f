import type { z } from 'zod'
import type { Client } from './clients.ts'
import type { World } from './methods.ts'
import { Refusal } from './protocol.ts'

export type Method = { scope: string; run: (client: Client, params: Record<string, unknown>, world: World) => unknown }

/** A method whose params are checked as strictly as the gateway checks them. */
export const method = <T extends z.ZodType>(
  scope: string,
  params: T,
  run: (client: Client, params: z.output<T>, world: World) => unknown,
  name = 'request',
): Method => ({
  scope,
  run: (client, raw, world) => {
    const parsed = params.safeParse(raw)
    if (parsed.success) return run(client, parsed.data, world)
    const faults = parsed.error.issues.map((issue) => `at /${issue.path.join('/')}: ${issue.message}`)
    throw new Refusal('INVALID_REQUEST', `invalid ${name} params: ${faults.join('; ')}`)
  },
})
