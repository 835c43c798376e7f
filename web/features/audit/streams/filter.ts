import type { EventFilter } from '../../../../worker/features/audit/contract.ts'

/** The filter with these choices in the place of its own; what a form does not show stays as it was. */
export const filterWith = (
  { type: _type, risk: _risk, ...rest }: EventFilter,
  { type, risk }: { type: string; risk: string },
): EventFilter => ({ ...rest, ...(type && { type }), ...(risk && { risk }) })
