import { parse } from '@bufbuild/cel'
import { z } from 'zod'
import type { ConditionFault } from './contract.ts'
import { syntaxFault } from './syntax.ts'

export type Expr = ReturnType<typeof parse>['expr']

export interface Parsed {
  expr: Expr
  /** Where a node of the tree stands in the text. */
  offsetOf: (id: bigint) => number
}

/** How deep brackets may stand in one another: each level is a level of the machine's own stack later. */
const depthMax = 40

const Located = z.object({ location: z.object({ start: z.object({ offset: z.number() }) }) })

/** The tree of a condition, or the place from which on it makes no sense. */
export const parseCondition = (text: string): { ok: true; parsed: Parsed } | { ok: false; fault: ConditionFault } => {
  const deep = tooDeepAt(text)
  if (deep !== null)
    return { ok: false, fault: faultAt(deep, `Brackets stand in one another more than ${depthMax} deep.`) }
  try {
    const { expr, sourceInfo } = parse(text)
    return { ok: true, parsed: { expr, offsetOf: (id) => sourceInfo?.positions[String(id)] ?? 0 } }
  } catch (error) {
    const located = Located.safeParse(error)
    if (located.success) return { ok: false, fault: syntaxFault(text, located.data.location.start.offset) }
    return { ok: false, fault: faultAt(0, error instanceof Error ? error.message : String(error)) }
  }
}

const faultAt = (offset: number, message: string): ConditionFault => ({
  code: 'syntax',
  message,
  offset,
  suggestion: null,
})

/** Also counts what stands in quotes, which is rare and makes no difference that matters. */
const tooDeepAt = (text: string): number | null => {
  let depth = 0
  for (let offset = 0; offset < text.length; offset++) {
    const char = text.charAt(offset)
    if ('([{'.includes(char) && ++depth > depthMax) return offset
    if (')]}'.includes(char)) depth -= 1
  }
  return null
}
