import { z } from 'zod'
import { Timestamp } from '../../../../platform/contract.ts'
import { BackupProof, MakeBackup, ProveBackup } from '../backups/contract.ts'
import { ChangeDone, GatewayChange, Issues } from '../changes/contract.ts'
import { DiagnosticStep } from '../diagnosis/contract.ts'
import { GatewayAnswer, GatewayQuestion } from '../questions/contract.ts'
import { DrillReport, DrillStop, RecoverAgents, StopAgents } from '../stops/contract.ts'

const Text = z.string().max(4_000)

/** What the person at the connector lets the cloud ask for. `--read-only` is `['read']`. */
export const commandGroups = ['read', 'approvals', 'stop', 'manage', 'backup'] as const
/**
 * Without a choice: to write configuration is to have the gateway run anything, so that has to be chosen; and a backup needs
 * a passphrase, which somebody at the machine has to give.
 */
export const commandGroupsDefault = ['read', 'approvals', 'stop'] as const
/** With changes to agents as well: all that needs nothing to be given at the machine, as backups need a passphrase. */
export const commandGroupsWithChanges = [...commandGroupsDefault, 'manage'] as const
export const CommandGroup = z.enum(commandGroups)
export type CommandGroup = z.infer<typeof CommandGroup>

export const commands = {
  /** Idempotent: the same decision twice is one decision. */
  'approval.resolve': {
    group: 'approvals',
    params: z.object({
      externalId: z.string().min(1).max(200),
      source: z.enum(['openclaw.exec', 'openclaw.plugin']),
      decision: z.enum(['allow-once', 'allow-always', 'deny']),
    }),
  },
  /** The gateway forgets one of its allow-always records. Idempotent: one that is gone already is done. */
  'grant.revoke': { group: 'approvals', params: z.object({ ref: z.string().min(1).max(300) }) },
  'gateway.sync': { group: 'read', params: z.object({}) },
  /** `stepwise`: each step is told by a frame of its own as it ends, and all of them with the result as ever. */
  'gateway.diagnose': { group: 'read', params: z.object({ stepwise: z.boolean().optional() }) },
  'gateway.ask': { group: 'read', params: GatewayQuestion },
  'gateway.change': { group: 'manage', params: GatewayChange },
  /** Idempotent for the order: more agents under the same one are stopped as well. */
  'agents.stop': { group: 'stop', params: StopAgents },
  /** Idempotent: an order that is recovered stays so, also when it is delivered again after that. */
  'agents.recover': { group: 'stop', params: RecoverAgents },
  'stops.drill': { group: 'stop', params: DrillStop },
  'backup.make': { group: 'backup', params: MakeBackup },
  'backup.prove': { group: 'backup', params: ProveBackup },
} as const
export type CommandKind = keyof typeof commands

const commandOf = <K extends CommandKind>(kind: K) => {
  const params: (typeof commands)[K]['params'] = commands[kind].params
  return z.object({
    kind: z.literal('command'),
    id: z.string().max(64),
    command: z.literal(kind),
    params,
    /** After this moment the connector must not act on it any more. */
    deadline: Timestamp,
  })
}
export const Command = z.discriminatedUnion('command', [
  commandOf('approval.resolve'),
  commandOf('grant.revoke'),
  commandOf('gateway.sync'),
  commandOf('gateway.diagnose'),
  commandOf('gateway.ask'),
  commandOf('gateway.change'),
  commandOf('agents.stop'),
  commandOf('agents.recover'),
  commandOf('stops.drill'),
  commandOf('backup.make'),
  commandOf('backup.prove'),
])
export type Command = z.infer<typeof Command>

/** Why a command did not happen; `retryable` ones stay queued until the deadline. */
export const commandFailures = [
  'read_only',
  'unsupported',
  'expired',
  'not_found',
  'already_resolved',
  'gateway_unreachable',
  'gateway_refused',
  /** What the change was made to is not what is there now. */
  'stale',
  /** The gateway would not take it; `issues` say where and why. */
  'invalid',
  'too_large',
  /** It may have happened: the connector stopped between doing and answering, and nothing tells. */
  'unknown_outcome',
] as const
export type CommandFailure = (typeof commandFailures)[number]

export const CommandResult = z.discriminatedUnion('ok', [
  z.object({
    kind: z.literal('result'),
    id: z.string().max(64),
    ok: z.literal(true),
    steps: z.array(DiagnosticStep).max(40).optional(),
    answer: GatewayAnswer.optional(),
    done: ChangeDone.optional(),
    drill: DrillReport.optional(),
    proof: BackupProof.optional(),
  }),
  z.object({
    kind: z.literal('result'),
    id: z.string().max(64),
    ok: z.literal(false),
    failure: z.enum(commandFailures),
    detail: Text,
    issues: Issues.optional(),
  }),
])
export type CommandResult = z.infer<typeof CommandResult>
