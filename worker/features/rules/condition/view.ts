import type { CelInput } from '@bufbuild/cel'
import type { RequestFacts } from '../contract.ts'
import { argvWordsMax, riskRulesMax } from './contract.ts'

/** The parts of the day in UTC; `weekday` is 1 for Monday to 7 for Sunday (ISO 8601). */
interface Time {
  date: string
  year: number
  month: number
  day: number
  weekday: number
  hour: number
  minute: number
}

/** A request as conditions see it: the facts within their declared bounds, and the time taken apart once. */
export interface View {
  facts: RequestFacts
  argv: readonly string[]
  riskRules: readonly string[]
  readonly time: Time
  /** The same as CEL's values, made by whoever needs them first. */
  bindings: Record<string, CelInput> | null
}

export const viewOf = (facts: RequestFacts): View => {
  let time: Time | null = null
  return {
    facts,
    argv: facts.argv.length > argvWordsMax ? [] : facts.argv,
    riskRules: facts.riskRules.length > riskRulesMax ? facts.riskRules.slice(0, riskRulesMax) : facts.riskRules,
    get time() {
      time ??= timeOf(facts.at)
      return time
    },
    bindings: null,
  }
}

const timeOf = (at: number): Time => {
  const date = new Date(at)
  return {
    date: date.toISOString().slice(0, 10),
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay() || 7,
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  }
}
