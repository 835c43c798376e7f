import {
  type CelInput,
  CelScalar,
  celEnv,
  celList,
  celMap,
  celMethod,
  isCelError,
  listType,
  mapType,
  parse,
  plan,
} from '@bufbuild/cel'
import { argumentCharsMax, argumentEntriesMax } from './contract.ts'
import { patternEngine } from './patterns.ts'
import type { View } from './view.ts'
import { atLeast, beginsWith, glob, hasOption, lowerAscii, within } from './words.ts'

const { BOOL, DYN, STRING } = CelScalar
const anyList = listType(DYN)
const anyMap = mapType(DYN, DYN)

const textsOf = (list: Iterable<unknown>): string[] =>
  Array.from(list, (item) => {
    if (typeof item !== 'string') throw new Error('expected a list of texts')
    return item
  })

/** CEL with our functions; its variables are those of `bindingsOf`. */
export const environment = celEnv({
  re2: patternEngine,
  funcs: [
    celMethod('atLeast', STRING, [STRING], BOOL, function (floor) {
      return atLeast(this, floor)
    }),
    celMethod('within', STRING, [STRING], BOOL, function (directory) {
      return within(this, directory)
    }),
    celMethod('glob', STRING, [STRING], BOOL, function (pattern) {
      return glob(this, pattern)
    }),
    celMethod('lowerAscii', STRING, [], STRING, function () {
      return lowerAscii(this)
    }),
    celMethod('startsWith', anyList, [anyList], BOOL, function (start) {
      return beginsWith(textsOf(this), textsOf(start))
    }),
    celMethod('hasOption', anyList, [STRING], BOOL, function (option) {
      return hasOption(textsOf(this), option)
    }),
    celMethod('text', anyMap, [STRING], STRING, function (key) {
      const value = this.get(key)
      return typeof value === 'string' ? value : ''
    }),
  ],
})

const timestampOf = plan(environment, parse('timestamp(ms)'))

/** What CEL is given of a request. What has to be made is made when a condition looks at it, for most look at little. */
export const bindingsOf = (view: View): Record<string, CelInput> => {
  const { facts } = view
  let [argv, given, riskRules, time]: (CelInput | undefined)[] = []
  return {
    source: facts.source,
    action: facts.action,
    command: facts.command,
    get argv() {
      argv ??= celList([...view.argv])
      return argv
    },
    cwd: facts.cwd,
    host: facts.host,
    session: facts.session,
    get arguments() {
      given ??= argumentsOf(facts.arguments)
      return given
    },
    risk: facts.risk,
    get riskRules() {
      riskRules ??= celList([...view.riskRules])
      return riskRules
    },
    reversibility: facts.reversibility,
    costMicroUsd: facts.costMicroUsd === null ? null : BigInt(facts.costMicroUsd),
    get agent() {
      return celMap(new Map(Object.entries(facts.agent)))
    },
    get connector() {
      return celMap(new Map(Object.entries(facts.connector)))
    },
    get requester() {
      return celMap(new Map(Object.entries(facts.requester)))
    },
    get time() {
      time ??= timeOf(view)
      return time
    },
  }
}

const timeOf = (view: View): CelInput => {
  const at = timestampOf({ ms: BigInt(view.facts.at) })
  if (isCelError(at)) throw at
  const { date, ...numbers } = view.time
  const parts = Object.entries(numbers).map(([name, value]): [string, CelInput] => [name, BigInt(value)])
  return celMap(new Map<string, CelInput>([['at', at], ['date', date], ...parts]))
}

const argumentsOf = (given: Record<string, unknown>): CelInput => {
  if (JSON.stringify(given).length > argumentCharsMax) throw new Error('the arguments are too long to look at')
  return jsonOf(given)
}

/** JSON as CEL has it: numbers are doubles, objects are maps, whatever their keys are called. */
const jsonOf = (value: unknown): CelInput => {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (typeof value !== 'object') throw new Error(`${typeof value} is not JSON`)
  const entries = Object.entries(value)
  if (entries.length > argumentEntriesMax) throw new Error(`${entries.length} entries are too many to look at`)
  if (Array.isArray(value)) return celList(value.map(jsonOf))
  return celMap(new Map(entries.map(([key, item]): [string, CelInput] => [key, jsonOf(item)])))
}
