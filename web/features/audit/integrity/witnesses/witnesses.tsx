import { useQuery } from '@tanstack/react-query'
import { Eye } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../../../../i18n/use-t.ts'
import { useCan } from '../../../../session/queries.ts'
import { Dialog } from '../../../../ui/dialog.tsx'
import { Section } from '../../../../ui/page.tsx'
import { Failed, Skeleton } from '../../../../ui/state.tsx'
import { OwnWitnessPanel } from './own-witness.tsx'
import { Policy } from './policy.tsx'
import { witnessesQuery } from './queries.ts'
import { WitnessForm } from './witness-form.tsx'
import { WitnessRow } from './witness-row.tsx'

/** Who cosigns the log, and whose logs are cosigned here. */
export function WitnessesSection() {
  const t = useT()
  const mayWrite = useCan('witnesses.write')
  const found = useQuery(witnessesQuery)
  const [adding, setAdding] = useState(false)
  const list = found.data
  return (
    <div className="mt-10 grid gap-x-10 gap-y-8 lg:grid-cols-2">
      <Section
        className="min-w-0"
        title={t('witness.title')}
        aside={
          mayWrite ? (
            <button type="button" className="btn" onClick={() => setAdding(true)}>
              {t('witness.add')}
            </button>
          ) : null
        }
      >
        <p className="mb-3 text-xs text-ink-2">{t('witness.lead')}</p>
        {list ? (
          <>
            {list.items.length === 0 ? (
              <p className="flex items-center gap-2.5 border-y border-line py-3 text-ink-2">
                <Eye size={15} aria-hidden className="shrink-0" />
                {t('witness.none')}
              </p>
            ) : (
              <ul className="hairlines">
                {list.items.map((witness) => (
                  <WitnessRow key={witness.id} witness={witness} mayWrite={mayWrite} />
                ))}
              </ul>
            )}
            {list.items.length > 0 ? <Policy list={list} mayWrite={mayWrite} /> : null}
          </>
        ) : found.isError ? (
          <Failed what={t('witness.failed')} error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Skeleton rows={2} height={56} />
        )}
      </Section>
      <OwnWitnessPanel mayWrite={mayWrite} />
      <Dialog open={adding} onOpenChange={setAdding} title={t('witness.add')} description={t('witness.addLead')}>
        <WitnessForm witness={null} close={() => setAdding(false)} />
      </Dialog>
    </div>
  )
}
