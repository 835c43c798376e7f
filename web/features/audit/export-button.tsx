import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { act } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { toast } from '../../ui/toast.tsx'
import { useProblemText } from '../../use-problem.ts'

/** Downloads the whole sequence with what proves it, straight into a file. */
export function ExportButton({ icon }: { icon: ReactNode }) {
  const t = useT()
  const problemText = useProblemText()
  const download = useMutation({
    mutationFn: async () => {
      // A download cannot renew the session, and its refusal would be saved as the file: so it is renewed before.
      await act('/audit/log', {})
      const link = document.createElement('a')
      link.href = '/api/v1/audit/export'
      link.download = 'audit.jsonl'
      link.click()
    },
    onError: (error) => toast({ text: problemText(error), tone: 'bad' }),
  })
  return (
    <button type="button" className="btn" disabled={download.isPending} onClick={() => download.mutate()}>
      {icon}
      {t('audit.export')}
    </button>
  )
}
