import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { act } from '../api.ts'
import { toast } from '../ui/toast.tsx'
import { useProblemText } from '../use-problem.ts'

export const useSignOut = () => {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const problemText = useProblemText()
  return useMutation({
    mutationFn: () => act('/auth/logout', { method: 'POST', body: {} }),
    onSuccess: async () => {
      await navigate({ to: '/sign-in' })
      queryClient.clear()
    },
    onError: (error) => toast({ text: problemText(error), tone: 'bad' }),
  })
}
