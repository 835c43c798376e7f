import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { safeNext } from '../../search.ts'

/** Goes in after a session has begun: nothing that was known before it still counts. */
export const useEnter = () => {
  const queryClient = useQueryClient()
  const router = useRouter()
  return async (next: string | undefined) => {
    queryClient.clear()
    router.history.push(safeNext(next))
  }
}
