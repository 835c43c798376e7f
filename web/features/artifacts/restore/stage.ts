import { type Restore, restoreSteps } from '../../../../worker/features/artifacts/restores/contract.ts'

/** How many of announced, allowed and each step are done, and whether it goes no further by itself. */
export const stageOf = (restore: Pick<Restore, 'state' | 'step'> | undefined): { done: number; isStuck: boolean } => {
  if (!restore) return { done: 0, isStuck: false }
  const { state, step } = restore
  if (state === 'finished') return { done: 2 + restoreSteps.length, isStuck: false }
  if (state === 'waiting') return { done: 1, isStuck: false }
  const reached = 2 + (step === null ? 0 : restoreSteps.indexOf(step))
  if (state === 'approved' || state === 'started') return { done: reached, isStuck: false }
  // What nobody allowed or began has come to no step.
  return { done: step === null && state !== 'failed' ? 1 : reached, isStuck: true }
}
