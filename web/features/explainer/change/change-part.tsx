import { useMutation, useQuery } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { EffectiveOf } from '../../../../worker/features/agents/explain/api/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Failed, Skeleton } from '../../../ui/state.tsx'
import { Difference } from '../difference.tsx'
import { listsQuery, previewEffective } from '../queries.ts'
import { ListEditor } from './list-editor.tsx'
import { PatchEditor } from './patch-editor.tsx'
import { readTrial, type Trial } from './trial.ts'

const modes = ['lists', 'patch'] as const
type Mode = (typeof modes)[number]

const isNothing = (trial: Trial) =>
  Object.keys(trial.entry ?? {}).length === 0 && Object.keys(trial.config ?? {}).length === 0

/** A change that is worked out and not made: its lists or a patch on one side, what it would do on the other. */
export function ChangePart(props: { agentId: string; asked: EffectiveOf; given: string | undefined; tools: string[] }) {
  const t = useT()
  const { agentId, asked, given } = props
  const start = readTrial(given)
  const [mode, setMode] = useState<Mode>(isNothing(start) ? 'lists' : 'patch')
  const lists = useQuery(listsQuery(agentId))
  const preview = useMutation({ mutationFn: (trial: Trial) => previewEffective(agentId, { ...asked, ...trial }) })
  const run = preview.mutate
  // Who came here by a change that suggested itself has chosen it already.
  const ran = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (given === undefined || ran.current === given) return
    ran.current = given
    run(readTrial(given))
  }, [given, run])
  return (
    <div className="grid items-start gap-x-10 gap-y-7 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <section aria-label={t('explainer.change.title')} className="min-w-0">
        <h2 className="font-medium">{t('explainer.change.title')}</h2>
        <p className="mt-0.5 mb-3 text-xs text-pretty text-ink-2">{t('explainer.change.lead')}</p>
        <fieldset aria-label={t('explainer.change.mode')} className="mb-4 flex gap-1">
          {modes.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={mode === each}
              className={mode === each ? 'btn border-accent text-accent' : 'btn btn-quiet'}
              onClick={() => setMode(each)}
            >
              {t(`explainer.change.modes.${each}`)}
            </button>
          ))}
        </fieldset>
        {mode === 'patch' ? (
          <PatchEditor key={given ?? ''} start={start} run={run} isRunning={preview.isPending} />
        ) : lists.data ? (
          <ListEditor lists={lists.data} tools={props.tools} run={run} isRunning={preview.isPending} />
        ) : lists.isError ? (
          <p className="border-y border-line py-3 text-ink-2">{t('explainer.change.configFailed')}</p>
        ) : (
          <Skeleton rows={4} height={56} />
        )}
      </section>
      <div aria-live="polite" className="min-w-0">
        {preview.isPending ? (
          <Skeleton rows={5} height={40} />
        ) : preview.isError ? (
          <Failed
            what={t('explainer.change.failed')}
            error={preview.error}
            retry={() => preview.variables && run(preview.variables)}
          />
        ) : preview.data ? (
          <>
            <Difference difference={preview.data.difference} after={preview.data.after} />
            <Patch trial={preview.variables} />
          </>
        ) : (
          <div className="grid place-items-center rounded-lg border border-dashed border-line-2 px-6 py-14 text-center text-ink-2">
            <FlaskConical size={20} strokeWidth={1.75} aria-hidden className="mb-2 text-ink-3" />
            {t('explainer.change.waiting')}
          </div>
        )}
      </div>
    </div>
  )
}

const Patch = ({ trial }: { trial: Trial }) => {
  const t = useT()
  return (
    <details className="mt-5 text-xs">
      <summary className="text-ink-2 max-md:min-h-11">{t('explainer.change.patchIs')}</summary>
      <pre className="mt-1.5 overflow-x-auto rounded-md bg-sunken p-3 font-mono text-2xs">
        {JSON.stringify(trial, null, 2)}
      </pre>
    </details>
  )
}
