import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useT } from '../../../../i18n/use-t.ts'
import { SubmitActions } from '../../../../ui/dialog.tsx'
import { Field } from '../../../../ui/field.tsx'
import { witnessesQuery } from '../witnesses/queries.ts'
import { type pinnedPolicy, pinPolicy, readKeys } from './policy.ts'

/** Keys one on each line and how many witnesses have to have cosigned; without any key nothing is insisted on. */
export function PolicyForm(props: {
  organizationId: string
  pinned: ReturnType<typeof pinnedPolicy>
  /** What the server names as keys of the log now. */
  named: readonly string[]
  close: () => void
}) {
  const t = useT()
  const id = useId()
  const { organizationId, pinned, named, close } = props
  const [text, setText] = useState(pinned?.text ?? '')
  const [quorum, setQuorum] = useState(String(pinned?.quorum ?? 0))
  const [isKept, setIsKept] = useState(true)
  const witnesses = useQuery(witnessesQuery).data?.items ?? []
  const read = readKeys(text)
  const count = Number(quorum)
  const isTooMany = !/^\d{1,2}$/.test(quorum) || count > read.witnesses.length
  const [wrong] = read.wrong
  const all = [...named, ...witnesses.flatMap(({ enabled, vkey }) => (enabled ? [vkey] : []))].join('\n')
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        const kept = pinPolicy(organizationId, text, count)
        setIsKept(kept)
        if (kept) close()
      }}
    >
      <div>
        <label htmlFor={id} className="mb-1.5 block text-xs font-medium">
          {t('integrity.policy.keys')}
        </label>
        <textarea
          id={id}
          className="field min-h-28 font-mono text-2xs"
          spellCheck={false}
          value={text}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={`${id}-hint`}
          onChange={(event) => setText(event.target.value)}
        />
        <p id={`${id}-hint`} className="mt-1 flex flex-wrap gap-x-2 text-2xs text-ink-2">
          {t('integrity.policy.keysHint')}
          {text.trim() === '' && all !== '' ? (
            <button type="button" className="aside-link" onClick={() => setText(all)}>
              {t('integrity.policy.takeNamed')}
            </button>
          ) : null}
        </p>
        {wrong ? (
          <p role="alert" className="mt-1 text-2xs break-all text-critical">
            {t('integrity.policy.wrongKey', { key: wrong })}
          </p>
        ) : null}
      </div>
      <Field
        label={t('integrity.policy.quorum')}
        hint={t('integrity.policy.quorumHint', { count: read.witnesses.length })}
        error={isTooMany ? t('integrity.policy.tooMany', { count: read.witnesses.length }) : undefined}
        inputMode="numeric"
        className="tnum w-24"
        value={quorum}
        onChange={(event) => setQuorum(event.target.value)}
      />
      {isKept ? null : (
        <p role="alert" className="text-xs text-critical">
          {t('integrity.policy.notKept')}
        </p>
      )}
      <SubmitActions cancel={close} disabled={wrong !== undefined || isTooMany}>
        {t(text.trim() === '' ? 'integrity.policy.unpin' : 'integrity.policy.pin')}
      </SubmitActions>
    </form>
  )
}
