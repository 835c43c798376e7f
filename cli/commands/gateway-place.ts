import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { z } from 'zod'
import { usage } from '../output/failure.ts'
import type { GatewayPlace } from '../plugin/at-gateway.ts'
import { defaultStateDir, loadConnectorProfile } from '../profile/connector-profile.ts'
import { makePrivateFolder } from '../profile/private-file.ts'

type Place = { gateway?: string | undefined; gatewayToken?: string | undefined; state?: string | undefined }

/** Which gateway on this machine. */
export const withGatewayPlace = (command: Command): Command =>
  command
    .addOption(
      new Option('--gateway <url>', 'OpenClaw gateway (default: the one of the connector)').env('CLAWBUTLER_GATEWAY'),
    )
    .addOption(new Option('--gateway-token <token>', "the gateway's own token").env('CLAWBUTLER_GATEWAY_TOKEN'))
    .addOption(new Option('--state <folder>', "the connector's state folder").env('CLAWBUTLER_STATE'))

/** Parses what was given; a usage error names the options that are wrong. */
export function given<T extends z.ZodType>(shape: T, options: unknown): z.output<T> {
  const parsed = shape.safeParse(options)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`)
  throw usage(faults.join('; '))
}

/** Where the gateway is: as it was said, else as the connector of the state folder has it, else where OpenClaw listens. */
export async function placeOf({ gateway, gatewayToken, state }: Place): Promise<GatewayPlace> {
  const stateDir = resolve(state || defaultStateDir(process.env))
  await makePrivateFolder(stateDir)
  const saved = await loadConnectorProfile(stateDir)
  return {
    stateDir,
    gateway: gateway || saved?.gateway || 'ws://127.0.0.1:18789',
    gatewayToken: gatewayToken || saved?.gatewayToken || null,
  }
}
