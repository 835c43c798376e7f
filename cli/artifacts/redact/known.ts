import { hostname, userInfo } from 'node:os'
import { isTree, type Tree } from '../../plugin/merge-patch.ts'
import { marker } from './marker.ts'
import { isSecretName, type Known } from './spans.ts'

const secretContainers: ReadonlySet<string> = new Set(['env', 'headers', 'vars', 'secrets'])
const secretLengthMin = 6
const nameLengthMin = 2
/** Accounts of systems, not of people. */
const systemAccounts: ReadonlySet<string> = new Set(
  'root nobody node user users admin administrator ubuntu debian openclaw claw docker app home www-data service'.split(
    ' ',
  ),
)
/** How a person is introduced in a workspace. */
const introduced =
  /^[\s>*-]*(?:\*\*)?(?:full name|name|what to call them|preferred name|nickname|姓名|名字|称呼|昵称)(?:\*\*)?\s*[:：]\s*(?:\*\*)?\s*([^\n*_(（]{2,60})/gim

/** What of this gateway, its machine and its people is to be found again in any text. */
export function knownOf(configuration: Tree, introductions: readonly string[], hosts: readonly string[]): Known {
  const account = userInfo().username
  const people = introductions.flatMap((text) => [...text.matchAll(introduced)].map(([, name = '']) => name.trim()))
  return {
    secrets: [...new Set(secretsOf(configuration, false))],
    hosts: [...new Set([hostname(), ...hosts])].filter((name) => name.length > nameLengthMin && name !== 'localhost'),
    people: [...new Set([account, ...people, ...people.flatMap((name) => name.split(/\s+/))])].filter(
      (name) => name.length >= nameLengthMin && !systemAccounts.has(name.toLowerCase()),
    ),
  }
}

/** Every text of a configuration that is a secret by its name or its place. */
function secretsOf(value: unknown, isSecret: boolean): string[] {
  if (typeof value === 'string')
    return isSecret && value.length >= secretLengthMin && value !== marker && !/^\$\{/.test(value) ? [value] : []
  if (Array.isArray(value)) return value.flatMap((item) => secretsOf(item, isSecret))
  if (!isTree(value)) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    secretsOf(inner, isSecret || secretContainers.has(name) || isSecretName(name)),
  )
}
