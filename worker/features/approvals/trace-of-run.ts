import { digestOf } from '../../platform/secrets.ts'

/**
 * A gateway names its runs by UUID: the same 128 bits are the trace, so that everything of a run hangs together. Of a name
 * of another shape, as a gateway gives to runs that it begins by itself, the digest is the trace.
 */
export const traceOfRun = (runId: string | null): string | null => {
  if (runId === null || runId === '') return null
  const hex = runId.replaceAll('-', '').toLowerCase()
  return /^[0-9a-f]{32}$/.test(hex) ? hex : digestOf(runId).slice(0, 32)
}
