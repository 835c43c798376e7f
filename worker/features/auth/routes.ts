import { api } from '../../http/api.ts'
import { publicKeys } from '../../platform/access/token.ts'
import { deviceRoutes } from './device/routes.ts'
import { meRoutes } from './me/routes.ts'
import { oauthRoutes } from './oauth/routes.ts'
import { passkeyRoutes } from './passkeys/routes.ts'
import { passwordRoutes } from './passwords/routes.ts'
import { registrationRoutes } from './registration/routes.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { totpRoutes } from './totp/routes.ts'

/** Below `/api/v1`. */
export const authRoutes = api()
  .route('/', registrationRoutes)
  .route('/', sessionRoutes)
  .route('/', passwordRoutes)
  .route('/', totpRoutes)
  .route('/', oauthRoutes)
  .route('/', passkeyRoutes)
  .route('/', deviceRoutes)
  .route('/', meRoutes)

/** At the root: where other systems find the keys that our access tokens are signed with. */
export const wellKnownRoutes = api().get('/.well-known/jwks.json', (c) => {
  c.header('cache-control', 'public, max-age=300')
  return c.json(publicKeys(c.get('request').config))
})
