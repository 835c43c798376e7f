import type { OrganizationContext, RequestContext } from '../platform/context.ts'
import type { AppError } from '../platform/errors.ts'

export interface AppEnv {
  Bindings: Env
  Variables: {
    /** Always there. */
    request: RequestContext
    /** There behind `authenticated`; reach it by `contextOf(c)`. */
    organization?: OrganizationContext
    /** True when the caller came with cookies, which a foreign page could have sent. */
    byCookie?: boolean
    /** Why a cookie that came along does not count; told where a route asks for a caller. */
    credentialFault?: AppError
  }
}
