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

/** What CEL is given of a request. Everything is made when a condition first looks at it, for most look at little. */
export const bindingsOf = (view: View): Record<string, CelInput> => {
  const { facts } = view
  const made = new Map<string, CelInput>()
  const once = (name: string, make: () => CelInput) => ({
    enumerable: true,
    get: () => {
      const value = made.get(name) ?? make()
      made.set(name, value)
      return value
    },
  })
  return Object.create(null, {
    source: { value: facts.source },
    action: { value: facts.action },
    command: { value: facts.command },
    argv: once('argv', () => celList([...view.argv])),
    cwd: { value: facts.cwd },
    host: { value: facts.host },
    session: { value: facts.session },
    arguments: once('arguments', () => argumentsOf(facts.arguments)),
    risk: { value: facts.risk },
    riskRules: once('riskRules', () => celList([...view.riskRules])),
    reversibility: { value: facts.reversibility },
    costMicroUsd: { value: facts.costMicroUsd === null ? null : BigInt(facts.costMicroUsd) },
    agent: once('agent', () => celMap(new Map(Object.entries(facts.agent)))),
    connector: once('connector', () => celMap(new Map(Object.entries(facts.connector)))),
    requester: once('requester', () => celMap(new Map(Object.entries(facts.requester)))),
    time: once('time', () => timeOf(view)),
  })
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
