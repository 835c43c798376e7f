import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type RefObject, useId, useState } from 'react'
import { Comment } from '../../../../worker/features/approvals/attention/contract.ts'
import type { ApprovalContext } from '../../../../worker/features/approvals/context/contract.ts'
import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Trouble } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { contextQuery } from '../queries.ts'
import { Part } from './part.tsx'

/** What people said about it, and a place to say more. */
export function Comments(props: {
  approval: Approval
  context: ApprovalContext | undefined
  composer: RefObject<HTMLTextAreaElement | null> | undefined
}) {
  const t = useT()
  const { approval, context } = props
  const comments = context?.comments ?? []
  return (
    <Part
      title={t('approvals.comments.title')}
      aside={comments.length > 0 ? <span className="tnum text-2xs text-ink-2">{comments.length}</span> : null}
    >
      {comments.length > 0 ? (
        <ul className="mb-3 space-y-3">
          {comments.map((one) => (
            <li key={one.id} className="text-xs">
              <p className="flex items-baseline gap-2">
                <span className="font-medium">{one.by.name}</span>
                <Ago at={one.at} className="text-2xs text-ink-2" />
              </p>
              <p className="mt-0.5 break-words whitespace-pre-wrap">{one.text}</p>
            </li>
          ))}
        </ul>
      ) : null}
      <Composer key={approval.id} id={approval.id} field={props.composer} />
    </Part>
  )
}

function Composer({ id, field }: { id: string; field: RefObject<HTMLTextAreaElement | null> | undefined }) {
  const t = useT()
  const label = useId()
  const queryClient = useQueryClient()
  const [text, setText] = useState('')
  const write = useMutation({
    mutationFn: () => request(Comment, `/approvals/${id}/comments`, { method: 'POST', body: { text: text.trim() } }),
    onSuccess: async () => {
      setText('')
      await queryClient.invalidateQueries({ queryKey: contextQuery(id).queryKey })
    },
  })
  const isReady = text.trim() !== '' && !write.isPending
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) write.mutate()
      }}
    >
      <label htmlFor={label} className="sr-only">
        {t('approvals.comments.write')}
      </label>
      <textarea
        ref={field}
        id={label}
        rows={text === '' ? 1 : 3}
        maxLength={4000}
        placeholder={t('approvals.comments.write')}
        className="field h-auto min-h-9 resize-none py-1.5 max-md:min-h-11 max-md:py-2.5"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && isReady) write.mutate()
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
      <div className="mt-2 space-y-2 empty:hidden">
        {write.error ? <Trouble error={write.error} /> : null}
        {text.trim() === '' ? null : (
          <button type="submit" className="btn" disabled={!isReady}>
            {t('approvals.comments.send')}
            <span aria-hidden className="kbd max-md:hidden">
              ⌃↵
            </span>
          </button>
        )}
      </div>
    </form>
  )
}
