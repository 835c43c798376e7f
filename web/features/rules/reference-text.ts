import type { T } from '../../i18n/use-t.ts'

const variables = [
  'source',
  'action',
  'command',
  'argv',
  'cwd',
  'host',
  'session',
  'arguments',
  'risk',
  'riskRules',
  'reversibility',
  'costMicroUsd',
  'agent_id',
  'agent_externalId',
  'agent_name',
  'agent_model',
  'connector_id',
  'connector_name',
  'requester_kind',
  'requester_id',
  'requester_name',
  'time_at',
  'time_date',
  'time_year',
  'time_month',
  'time_day',
  'time_weekday',
  'time_hour',
  'time_minute',
] as const
const functions = [
  'atLeast',
  'within',
  'glob',
  'hasOption',
  'text',
  'startsWith',
  'endsWith',
  'contains',
  'matches',
  'lowerAscii',
  'exists',
  'all',
  'exists_one',
  'filter',
  'map',
  'has',
  'size',
  'string',
  'int',
  'double',
  'bool',
  'type',
  'getHours',
  'getMinutes',
  'getDayOfWeek',
] as const

/** What a variable of conditions is; one that this build does not know says nothing. */
export const variableText = (t: T, name: string) => {
  const id = variables.find((one) => one === name.replace('.', '_'))
  return id ? t(`rules.variable.${id}`) : ''
}

export const functionText = (t: T, name: string) => {
  const id = functions.find((one) => one === name)
  return id ? t(`rules.function.${id}`) : ''
}
