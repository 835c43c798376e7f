import { Plus } from 'lucide-react'
import { useState } from 'react'
import { MemoryPath } from '../../../worker/features/connectors/link/memory/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Dialog, SubmitActions } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'

/** Asks for the name of a file that is not there yet; it is made when its text is saved. */
export function NewFile({ onlyMain, open }: { onlyMain: boolean; open: (path: string) => void }) {
  const t = useT()
  const may = useCan('memory.write')
  const [isAsking, setAsking] = useState(false)
  const [path, setPath] = useState('memory/')
  if (!may || onlyMain) return null
  const isPath = MemoryPath.safeParse(path.trim()).success
  return (
    <>
      <button type="button" className="btn" onClick={() => setAsking(true)}>
        <Plus size={15} aria-hidden />
        {t('memory.create')}
      </button>
      <Dialog open={isAsking} onOpenChange={setAsking} title={t('memory.create')}>
        <form
          className="mt-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (!isPath) return
            setAsking(false)
            open(path.trim())
          }}
        >
          <Field
            label={t('memory.path')}
            hint={t('memory.pathHint')}
            value={path}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setPath(event.target.value)}
          />
          <SubmitActions cancel={() => setAsking(false)} disabled={!isPath}>
            {t('memory.create')}
          </SubmitActions>
        </form>
      </Dialog>
    </>
  )
}
