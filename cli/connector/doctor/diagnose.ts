import type { CommandGroup } from '../../../worker/features/connectors/link/commands/contract.ts'
import type { DiagnosticStep } from '../../../worker/features/connectors/link/diagnosis/contract.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Journal } from '../../journal/journal.ts'
import type { LinkState } from '../../link/link.ts'
import { gatewayChecks } from './gateway-checks.ts'
import { groupChecks, journalChecks } from './local-checks.ts'
import { serverChecks } from './server-checks.ts'
import { step } from './step.ts'

export type DiagnoseContext = {
  server: string
  gatewayUrl: string
  stateDir: string
  groups: readonly CommandGroup[]
  link: LinkState
  gateway: Pick<Gateway, 'live' | 'state' | 'lastGone' | 'restartsSince'>
  journal: Pick<Journal, 'full' | 'next' | 'firstUnacknowledged' | 'bytes'>
  journalBytesMax: number
}

/**
 * Looks at every link of the chain from this machine to the cloud and to the gateway, one after the other, and says how to
 * mend it. `told` hears each step as it ends.
 */
export async function diagnose(
  context: DiagnoseContext,
  told: (step: DiagnosticStep) => void = () => undefined,
): Promise<DiagnosticStep[]> {
  const checks = [serverChecks, groupChecks, gatewayChecks, journalChecks].flatMap((checksOf) => checksOf(context))
  const steps: DiagnosticStep[] = []
  for (const check of checks) {
    const ended = await step(check)
    steps.push(ended)
    told(ended)
  }
  return steps
}
