import type { Command } from 'commander'
import { z } from 'zod'
import { PackageSection, sections } from '../../../cbpkg/contract.ts'
import type { Choice } from '../../artifacts/collect/entry.ts'
import { usage } from '../../output/failure.ts'
import { withGatewayPlace } from '../gateway-place.ts'

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

/** Which gateway, and which part of it. */
export const withGateway = (command: Command): Command =>
  withGatewayPlace(command)
    .option('--sections <list>', `only these, with commas: ${sections.join(', ')}`)
    .option('--agents <list>', 'only these agents, by the ids that the gateway gives them')

export function choiceOf(options: { sections?: string[] | undefined; agents?: string[] | undefined }): Choice {
  const named = z.array(PackageSection).safeParse(options.sections ?? [])
  if (!named.success) throw usage(`--sections takes a list of ${sections.join(', ')}.`)
  return {
    sections: options.sections ? new Set(named.data) : null,
    agents: options.agents ? new Set(options.agents) : null,
  }
}
