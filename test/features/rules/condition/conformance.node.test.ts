import { tests } from '@bufbuild/cel-spec/testdata/conformance.js'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkCondition } from '../../../../worker/features/rules/condition/check.ts'
import { compileCondition, Fault, viewOf } from '../../../../worker/features/rules/condition/compile.ts'
import { someFacts } from '../facts.ts'

const Case = z.object({
  original: z.object({
    expr: z.string(),
    value: z.object({ boolValue: z.boolean().optional() }).optional(),
    evalError: z.unknown().optional(),
    bindings: z.record(z.string(), z.unknown()).optional(),
    disableMacros: z.boolean().optional(),
  }),
})
interface Suite {
  name: string
  suites?: Suite[] | undefined
  tests?: unknown[] | undefined
}
const Suite: z.ZodType<Suite> = z.object({
  name: z.string(),
  get suites() {
    return z.array(Suite).optional()
  },
  tests: z.array(z.unknown()).optional(),
})

const casesIn = ({ suites = [], tests: own = [] }: Suite): z.infer<typeof Case>['original'][] => [
  ...own.map((each) => Case.parse(each).original),
  ...suites.flatMap(casesIn),
]

test('the vectors of the CEL specification that are conditions here have the answers of the specification', () => {
  const view = viewOf(someFacts())
  let compared = 0
  for (const { expr, value, evalError, bindings, disableMacros } of casesIn(Suite.parse(tests))) {
    const wanted = evalError === undefined ? value?.boolValue : 'fault'
    if (wanted === undefined || bindings || disableMacros || !checkCondition(expr).check.ok) continue
    const answer = compileCondition(expr)(view)
    expect(answer instanceof Fault ? 'fault' : answer, expr).toBe(wanted)
    compared += 1
  }
  expect(compared).toBeGreaterThan(400)
})
