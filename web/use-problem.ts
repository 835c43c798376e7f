import { ApiError } from './api-error.ts'
import { useT } from './i18n/use-t.ts'

/** A sentence for whatever a request threw, in the viewer's language. */
export const useProblemText = () => {
  const t = useT()
  return (error: unknown) => t(`problem.${error instanceof ApiError ? error.code : 'internal'}`)
}
