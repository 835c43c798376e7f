import { LoginAnswer, Me } from '../../worker/features/auth/contract.ts'
import { newId } from '../../worker/platform/ids.ts'
import type { Product } from './product.ts'

const password = 'a long enough passphrase'

/** Another admin of the owner's organization, signed in anew when the token gets old. Answers how to find the header. */
export const anotherMember = async (product: Product, name: string): Promise<() => Promise<string>> => {
  const { organization } = await product.client.get(Me, '/me')
  const account = { email: `${name}@example.test`, password }
  const ask = async (path: string, body: object) => {
    const answer = await fetch(`${product.url}/api/v1/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const login = LoginAnswer.parse(await answer.json())
    if (login.tokenType !== 'Bearer') throw new Error('asked for tokens, got cookies')
    return login
  }
  await ask('register', { ...account, name, organizationName: name })
  await product.database
    .prepare(
      `insert into members (id, organization_id, user_id, role, joined_at)
       select ?, ?, id, 'admin', ? from users where email = ?`,
    )
    .bind(newId('mem'), organization.id, Date.now(), account.email)
    .run()
  let token = { value: '', freshUntil: 0 }
  return async () => {
    if (Date.now() > token.freshUntil) {
      const login = await ask('login', { ...account, organizationId: organization.id })
      token = { value: `Bearer ${login.accessToken}`, freshUntil: Date.now() + login.expiresInMs / 2 }
    }
    return token.value
  }
}
