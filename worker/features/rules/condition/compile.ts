import { isCelError, plan } from '@bufbuild/cel'
import { bindingsOf, environment } from './environment.ts'
import { parseCondition } from './parse.ts'
import { type View, viewOf } from './view.ts'

/** Why a condition is neither true nor false of a request. */
export class Fault {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

export type Applies = (view: View) => boolean | Fault
export { type View, viewOf }

/** A condition made ready: it never throws, what fails is a `Fault`. */
export const compileCondition = (condition: string): Applies => {
  const parsed = parseCondition(condition)
  if (!parsed.ok) {
    const fault = new Fault(parsed.fault.message)
    return () => fault
  }
  const evaluate = plan(environment, parsed.parsed.expr)
  return (view) => {
    const value = evaluate(bindingsOf(view))
    if (typeof value === 'boolean') return value
    return new Fault(isCelError(value) ? value.message : 'neither true nor false')
  }
}
