import { baseAttributes, classes, objects } from './ocsf-schema.ts'

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const attributesOf = (text: string) =>
  new Map(
    text
      .trim()
      .split(/\s+/)
      .map((entry) => {
        const [, name = '', type = '', list, required] = /^(\w+):(\w+?)(\[\])?(!)?$/.exec(entry) ?? []
        return [name, { type, isList: list !== undefined, isRequired: required !== undefined }]
      }),
  )

/** Where an event does not fit the schema; empty when it does. Knows nothing of how events are mapped. */
export const ocsfFaults = (event: unknown): string[] => {
  if (!isObject(event)) return ['not an object']
  const known = classes.find(({ uid }) => uid === event.class_uid)
  if (!known) return [`no class ${String(event.class_uid)}`]
  const activity = known.activities[Number(event.activity_id)]
  return [
    ...faultsIn('', event, `${baseAttributes} ${known.attributes}`, known.oneOf),
    ...(event.category_uid === known.category ? [] : ['category_uid']),
    ...(event.class_name === known.name ? [] : ['class_name']),
    ...(activity === undefined ? ['activity_id'] : []),
    ...(activity === 'Other' || event.activity_name === activity ? [] : ['activity_name']),
    ...(event.type_uid === known.uid * 100 + Number(event.activity_id) ? [] : ['type_uid']),
    ...([0, 1, 2, 3, 4, 5, 6, 99].includes(Number(event.severity_id)) ? [] : ['severity_id']),
    ...(Number(event.time) > 1e12 ? [] : ['time is not in milliseconds']),
  ]
}

const faultsIn = (path: string, value: Json, text: string, oneOf: string[] | undefined): string[] => {
  const attributes = attributesOf(text)
  return [
    ...Object.keys(value).flatMap((name) => (attributes.has(name) ? [] : [`${path}${name} is no attribute`])),
    ...(oneOf && !oneOf.some((name) => value[name] !== undefined) ? [`${path} has none of ${oneOf.join()}`] : []),
    ...[...attributes].flatMap(([name, { type, isList, isRequired }]) => {
      const given = value[name]
      if (given === undefined) return isRequired ? [`${path}${name} is missing`] : []
      if (!isList) return typeFaults(`${path}${name}`, given, type)
      return Array.isArray(given)
        ? given.flatMap((one, index) => typeFaults(`${path}${name}.${index}`, one, type))
        : [`${path}${name} is no list`]
    }),
  ]
}

const typeFaults = (path: string, value: unknown, type: string): string[] => {
  if (type === 'object' || type === 'json_t') return isObject(value) ? [] : [`${path} is no object`]
  if (/^(?:integer|long|timestamp|port)_t$/.test(type)) return Number.isInteger(value) ? [] : [`${path} is no integer`]
  if (type === 'boolean_t') return typeof value === 'boolean' ? [] : [`${path} is no boolean`]
  if (type.endsWith('_t')) return typeof value === 'string' && value !== '' ? [] : [`${path} is no text`]
  const known = objects[type]
  if (!known) return [`${path}: ${type} is not written down`]
  return isObject(value) ? faultsIn(`${path}.`, value, known.attributes, known.oneOf) : [`${path} is no object`]
}
