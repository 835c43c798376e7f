import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import { PackageSection, sections } from '../../../cbpkg/contract.ts'
import type { Choice } from '../../artifacts/collect/entry.ts'
import { usage } from '../../output/failure.ts'
import type { GatewayPlace } from '../../plugin/at-gateway.ts'
import { defaultStateDir, loadConnectorProfile } from '../../profile/connector-profile.ts'
import { makePrivateFolder } from '../../profile/private-file.ts'

const list = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.string().min(1).max(200)).min(1).max(1_000))

export const gatewayShape = {
  gateway: z.string().optional(),
  gatewayToken: z.string().optional(),
  state: z.string().optional(),
  sections: list.optional(),
  agents: list.optional(),
  json: z.boolean().optional(),
  passphraseFile: z.string().optional(),
}
type Place = { gateway?: string | undefined; gatewayToken?: string | undefined; state?: string | undefined }

/** Which gateway, and which part of it. */
export const withGateway = (command: Command): Command =>
  command
    .addOption(
      new Option('--gateway <url>', 'OpenClaw gateway (default: the one of the connector)').env('CLAWBUTLER_GATEWAY'),
    )
    .addOption(new Option('--gateway-token <token>', "the gateway's own token").env('CLAWBUTLER_GATEWAY_TOKEN'))
    .addOption(new Option('--state <folder>', "the connector's state folder").env('CLAWBUTLER_STATE'))
    .option('--sections <list>', `only these, with commas: ${sections.join(', ')}`)
    .option('--agents <list>', 'only these agents, by the ids that the gateway gives them')

/** Parses what was given; a usage error names the options that are wrong. */
export function given<T extends z.ZodType>(shape: T, options: unknown): z.output<T> {
  const parsed = shape.safeParse(options)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`)
  throw usage(faults.join('; '))
}

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

export function choiceOf(options: { sections?: string[] | undefined; agents?: string[] | undefined }): Choice {
  const named = z.array(PackageSection).safeParse(options.sections ?? [])
  if (!named.success) throw usage(`--sections takes a list of ${sections.join(', ')}.`)
  return {
    sections: options.sections ? new Set(named.data) : null,
    agents: options.agents ? new Set(options.agents) : null,
  }
}
