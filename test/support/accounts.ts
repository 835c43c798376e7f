import { LoginAnswer } from '../../worker/features/auth/contract.ts'
import { newId } from '../../worker/platform/ids.ts'
import { post } from './call.ts'
import { anOrganization } from './organizations.ts'

export const password = 'correct horse battery staple'

/** Registers a new person over HTTP, password and all. */
export const aRegistration = async ({ email = `${newId('usr')}@example.test` }: { email?: string } = {}) => {
  await anOrganization()
  const answer = LoginAnswer.parse(await (await post('/api/v1/auth/register', { email, password, name: 'Ada' })).json())
  if (answer.tokenType !== 'Bearer') throw new Error('asked for tokens and got cookies')
  return { ...answer, email, password, headers: { authorization: `Bearer ${answer.accessToken}` } }
}

/** The name=value pairs that an answer set, for the next request's `cookie` header. */
export const cookiesOf = (answer: Response) => {
  const pairs = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
  const jar = new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
  return { header: pairs.join('; '), csrf: jar.get('cb_csrf') ?? '', jar }
}
