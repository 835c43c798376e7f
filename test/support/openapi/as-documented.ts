import { type Operation, operationsOf } from './document.ts'
import { faultsOf, isFitting } from './judge.ts'

type Ask = (path: string) => Promise<Response>

let known: Promise<Operation[]> | null = null

/** C2SP tlog-tiles describes these; a path of an OpenAPI document has no parts of several segments. */
const describedElsewhere = /^\/api\/v1\/audit\/log\/tile\//

interface Asked {
  method: string
  path: string
  body: unknown
}

/**
 * Throws where the API's own document says otherwise about a request that was accepted, or about its answer, whatever else
 * the test looks at.
 */
export const asDocumented = async (ask: Ask, { method, path, body }: Asked, answer: Response): Promise<void> => {
  if (!path.startsWith('/api/v1/') || describedElsewhere.test(path)) return
  known ??= operationsOf(ask)
  const operation = operationAt(await known, method, path)
  if (!operation && answer.status === 404) return
  const faults = operation ? await faultsOf(operation, answer.clone()) : ['is no operation, and is answered']
  if (operation && answer.ok && body !== undefined && !isFitting(operation, body))
    faults.push('accepts a body that the document refuses')
  if (faults.length > 0) throw new Error(`${method} ${path}: ${faults.join('; ')}`)
}

/** Of several that fit the one with the fewest parameters, as the router chooses it. */
const operationAt = (operations: Operation[], method: string, path: string): Operation | undefined => {
  const given = path.split(/[?#]/)[0]?.split('/') ?? []
  return operations
    .filter((operation) => {
      const segments = operation.path.split('/')
      const fits = (segment: string, index: number) => isParameter(segment) || segment === given[index]
      return operation.method === method && segments.length === given.length && segments.every(fits)
    })
    .toSorted((a, b) => parametersIn(a) - parametersIn(b))[0]
}

const isParameter = (segment: string) => segment.startsWith('{')
const parametersIn = ({ path }: Operation) => path.split('/').filter(isParameter).length
