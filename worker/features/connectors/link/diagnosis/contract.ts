import { z } from 'zod'

/** What a connector looks at when it checks itself, in this order. */
export const diagnosticNames = [
  'server.dns',
  'server.tls',
  'server.reachable',
  'server.token',
  'server.protocol',
  'server.latency',
  'server.clock',
  'connector.groups',
  'gateway.reachable',
  'gateway.auth',
  'gateway.protocol',
  'gateway.version',
  'gateway.pairing',
  'gateway.scopes',
  'gateway.restarts',
  'gateway.config',
  'gateway.approvals',
  'gateway.agents',
  'gateway.plugin',
  'gateway.latency',
  'journal.writable',
  'journal.disk',
  'journal.backlog',
] as const

/** What a step found, each with its own parameters; `error` is in the words of the machine. */
export const diagnosisCodes = [
  'error',
  'resolved',
  'plain_loopback',
  'not_encrypted',
  'tls_ok',
  'answers',
  'answers_else',
  'link_down',
  'known_as',
  'link_protocol',
  'round_trip',
  'clocks_agree',
  'clock_ahead',
  'clock_behind',
  'groups_all',
  'groups_missing',
  'listens',
  'gateway_down',
  'refused',
  'accepted_by',
  'gateway_speaks',
  'paired',
  'no_device_token',
  'scopes_granted',
  'scopes_missing',
  'version_known',
  'version_old',
  'version_unread',
  'restarts_none',
  'restarts',
  'config_valid',
  'config_invalid',
  'waiting_decidable',
  'waiting_looks_on',
  'agents_known',
  'plugin_current',
  'plugin_older',
  'plugin_none',
  'gateway_answers',
  'folder_writable',
  'journal_full',
  'disk_free',
  'disk_low',
  'backlog',
] as const
export type DiagnosisCode = (typeof diagnosisCodes)[number]

/** How what was found is mended. */
export const remedyCodes = [
  'dns',
  'tls',
  'encrypt',
  'server_reach',
  'not_clawbutler',
  'token',
  'upgrade',
  'network',
  'clock',
  'groups',
  'gateway_start',
  'gateway_token',
  'gateway_protocol',
  'pairing',
  'scopes',
  'approvals_scope',
  'approvals_group',
  'read_scope',
  'plugin',
  'plugin_update',
  'gateway_busy',
  'gateway_upgrade',
  'restart_loop',
  'config',
  'disk',
  'journal',
  'backlog',
] as const
export type RemedyCode = (typeof remedyCodes)[number]

const Text = z.string().max(4_000)
const Code = z.string().max(60)

/**
 * One step. `detail` and `remedy` are English, for the terminal; `code` and `remedyCode` are for whoever has sentences of
 * their own. An older connector sends no codes, a newer one may send some that are not in the lists.
 */
export const DiagnosticStep = z.object({
  name: z.enum(diagnosticNames),
  outcome: z.enum(['pass', 'warn', 'fail', 'skip']),
  durationMs: z.number().nonnegative(),
  detail: Text,
  remedy: Text.nullable(),
  code: Code.nullable().default(null),
  params: z.record(z.string().max(60), z.union([Text, z.number()])).default({}),
  remedyCode: Code.nullable().default(null),
})
export type DiagnosticStep = z.infer<typeof DiagnosticStep>
