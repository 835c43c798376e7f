import { useMutation } from '@tanstack/react-query'
import { Download, Plus, Upload } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../../i18n/use-t.ts'
import { toast } from '../../ui/toast.tsx'
import { useProblemText } from '../../use-problem.ts'
import { ImportDialog } from './import-dialog.tsx'
import { exportRules } from './queries.ts'

/** What can be done with the list as a whole. */
export function RulesActions(props: { version: number; mayWrite: boolean; add: () => void }) {
  const t = useT()
  const problemText = useProblemText()
  const [importing, setImporting] = useState(false)
  const download = useMutation({
    mutationFn: exportRules,
    onSuccess: (file) => {
      const url = URL.createObjectURL(new Blob([file], { type: 'application/json' }))
      const link = Object.assign(document.createElement('a'), { href: url, download: 'clawbutler-rules.json' })
      link.click()
      URL.revokeObjectURL(url)
    },
    onError: (error) => toast({ text: problemText(error), tone: 'bad' }),
  })
  return (
    <>
      <button
        type="button"
        className="btn btn-quiet btn-icon"
        aria-label={t('rules.export')}
        title={t('rules.export')}
        disabled={download.isPending}
        onClick={() => download.mutate()}
      >
        <Download size={15} aria-hidden />
      </button>
      {props.mayWrite ? (
        <>
          <button
            type="button"
            className="btn btn-quiet btn-icon"
            aria-label={t('rules.import.title')}
            title={t('rules.import.title')}
            onClick={() => setImporting(true)}
          >
            <Upload size={15} aria-hidden />
          </button>
          <button type="button" className="btn btn-primary" onClick={props.add}>
            <Plus size={15} aria-hidden />
            {t('rules.add')}
          </button>
        </>
      ) : null}
      {importing ? <ImportDialog version={props.version} close={() => setImporting(false)} /> : null}
    </>
  )
}
