import { z } from 'zod'
import { type Method, method } from './method.ts'
import { model } from './runs.ts'

const read = 'operator.read'

/** How models are signed in to and which commands there are, as observed on the wire. No key is ever among it. */
export const modelAuthMethods: Record<string, Method> = {
  'models.authStatus': method(read, z.strictObject({ agentId: z.string().optional() }), () => ({
    ts: Date.now(),
    providers: [
      {
        ...{ provider: model.provider, authProvider: model.provider, displayName: model.provider, status: 'ok' },
        apiKey: { source: 'env', envVar: 'SIMULATED_API_KEY' },
        profileOrder: [`${model.provider}:work`],
        profiles: [
          {
            ...{ profileId: `${model.provider}:work`, type: 'oauth', status: 'ok', source: 'saved' },
            expiry: { at: 1_900_000_000_000, remainingMs: 60_000, label: '1m' },
          },
        ],
        usage: { providerId: model.provider, windows: [{ label: '5h', usedPercent: 104, resetAt: 1_900_000_000_000 }] },
      },
    ],
  })),
  'commands.list': method(read, z.looseObject({ agentId: z.string().optional() }), () => ({
    commands: [
      { name: 'help', source: 'native', scope: 'both' },
      { name: 'weather', source: 'skill', scope: 'both', skillDisplayName: 'Weather', skillModelVisible: true },
    ],
  })),
}
