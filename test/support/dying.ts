import { env } from 'cloudflare:test'
import type { OrganizationContext } from '../../worker/platform/context.ts'
import type { IdPrefix } from '../../worker/platform/contract.ts'
import { databaseOf } from '../../worker/platform/db.ts'

/** What the drain of the audit reads and empties beside whoever is to be killed, at times of its own: no step of theirs. */
const drained = 'audit_outbox'

/**
 * The context of a process that is killed: once an id of `from` was made it takes `steps` more, each one statement, one
 * batch or one way to an object, and from then on it reaches nothing any more. What an object was told by then goes on.
 */
export const dying = (ctx: OrganizationContext, { from, steps }: { from: IdPrefix; steps: number }) => {
  const state = { counts: false, left: steps, isDead: false }
  const step = ({ isOwn = true } = {}) => {
    if (state.counts && isOwn && state.left === 0) state.isDead = true
    if (state.isDead) throw new Error('killed')
    if (state.counts && isOwn) state.left -= 1
  }
  const real = new WeakMap<object, { of: D1PreparedStatement; isOwn: boolean }>()
  const statement = (of: D1PreparedStatement, isOwn: boolean): D1PreparedStatement => {
    const wrapped = new Proxy(of, {
      get: (target, name) => {
        if (name === 'bind') return (...values: unknown[]) => statement(target.bind(...values), isOwn)
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return async (...given: unknown[]) => {
          step({ isOwn })
          return Reflect.apply(value, target, given)
        }
      },
    })
    real.set(wrapped, { of, isOwn })
    return wrapped
  }
  const DB = new Proxy(env.DB, {
    get: (target, name) => {
      if (name === 'prepare') return (sql: string) => statement(target.prepare(sql), !sql.includes(drained))
      if (name === 'batch')
        return async (statements: D1PreparedStatement[]) => {
          const known = statements.map((each) => real.get(each) ?? { of: each, isOwn: true })
          step({ isOwn: known.some((each) => each.isOwn) })
          return target.batch(known.map((each) => each.of))
        }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const CONNECTOR_SESSION = new Proxy(env.CONNECTOR_SESSION, {
    get: (target, name) => {
      if (name === 'get') step()
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const mortal: OrganizationContext = {
    ...ctx,
    db: databaseOf({ ...env, DB }),
    env: { ...ctx.env, CONNECTOR_SESSION },
    newId: (prefix) => {
      if (prefix === from) state.counts = true
      return ctx.newId(prefix)
    },
    // Nothing is left to be done behind the answer of who is dead.
    waitUntil: () => {},
  }
  return { ctx: mortal, isDead: () => state.isDead }
}
