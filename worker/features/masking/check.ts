import { AppError } from '../../platform/errors.ts'
import { type PutMasking, personalClasses } from './contract.ts'
import { compilePattern, programSizeMax } from './detect/pattern.ts'
import { shapes } from './detect/shapes.ts'

const taken = new Set<string>([
  ...personalClasses,
  ...shapes.map((shape) => shape.class),
  'secret',
  'jwt',
  'random',
  'cookie',
  'authorization',
  'url-password',
])

/** Throws `invalid` with the path of each fault: a class that has a meaning already, a pattern that is none or too large. */
export const refuseUnfitPolicy = (policy: PutMasking): void => {
  const errors = [
    ...policy.fields.flatMap((field, index) => classFault(field.class, `fields.${index}.class`)),
    ...policy.patterns.flatMap((each, index) => [
      ...classFault(each.class, `patterns.${index}.class`),
      ...patternFault(each.pattern, `patterns.${index}.pattern`),
    ]),
  ]
  if (errors.length > 0) throw new AppError('invalid', 'The policy cannot be used as it stands.', { errors })
}

const classFault = (name: string, path: string) =>
  taken.has(name) ? [{ path, message: 'is the name of a class that is known already' }] : []

const patternFault = (source: string, path: string) => {
  try {
    const { size, find } = compilePattern(source)
    if (size > programSizeMax) return [{ path, message: `is too large: ${size} steps of at most ${programSizeMax}` }]
    return find('').length > 0 ? [{ path, message: 'matches nothing at all' }] : []
  } catch (error) {
    return [{ path, message: error instanceof Error ? error.message : 'is no pattern' }]
  }
}
