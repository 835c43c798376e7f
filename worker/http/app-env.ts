import type { OrganizationContext, RequestContext } from '../platform/context.ts'

export interface AppEnv {
  Bindings: Env
  Variables: {
    /** Always there. */
    request: RequestContext
    /** There behind `authenticated`; reach it by `contextOf(c)`. */
    organization?: OrganizationContext
    /** True when the caller came with cookies, which a foreign page could have sent. */
    byCookie?: boolean
  }
}
