import { api } from './http/api.ts'
import { answerProblem } from './http/problem.ts'
import { request } from './http/request.ts'
import { notFound } from './platform/errors.ts'

/** The table of contents: what every request passes, then one line for each feature. */
export const createApp = () => {
  const app = api()
  app.onError(answerProblem)
  app.notFound((c) => answerProblem(notFound('Path'), c))
  app.use(request)
  app.get('/health', (c) => c.json({ ok: true }))
  return app
}
