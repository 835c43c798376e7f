import type { StepReason } from '../../../worker/features/connectors/link/stops/contract.ts'

/** A step that can not be done, for a reason that we know. */
export class StepFault extends Error {
  readonly because: StepReason

  constructor(because: StepReason, message: string) {
    super(message)
    this.name = 'StepFault'
    this.because = because
  }
}
