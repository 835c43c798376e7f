import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { parseVerifierKey, signatureTypes } from '../../../../../tlog/note.ts'
import { WitnessedLog } from '../../../../../worker/features/witness/contract.ts'
import { request } from '../../../../api.ts'
import { useT } from '../../../../i18n/use-t.ts'
import { SubmitActions } from '../../../../ui/dialog.tsx'
import { Trouble } from '../../../../ui/state.tsx'
import { ownWitnessQuery } from './queries.ts'

/** The keys of a log that is to be cosigned, one on each line. */
export function LogForm({ log, close }: { log: WitnessedLog | null; close: () => void }) {
  const t = useT()
  const id = useId()
  const queryClient = useQueryClient()
  const [text, setText] = useState(log?.vkeys.join('\n') ?? '')
  const vkeys = text.split(/\s+/).filter(Boolean)
  const names = vkeys.map((vkey) => {
    const key = parseVerifierKey(vkey)
    return key?.type === signatureTypes.ed25519 ? key.name : null
  })
  const isGood = names.length > 0 && names[0] !== null && names.every((name) => name === names[0])
  const save = useMutation({
    mutationFn: () =>
      request(WitnessedLog, log ? `/audit/witness/logs/${log.id}` : '/audit/witness/logs', {
        method: log ? 'PUT' : 'POST',
        body: { vkeys },
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ownWitnessQuery.queryKey })
      close()
    },
  })
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <div>
        <label htmlFor={id} className="mb-1.5 block text-xs font-medium">
          {t('witness.own.logKeys')}
        </label>
        <textarea
          id={id}
          className="field h-28 font-mono text-2xs"
          value={text}
          spellCheck={false}
          aria-invalid={text !== '' && !isGood ? true : undefined}
          aria-describedby={`${id}-hint`}
          onChange={(event) => setText(event.target.value)}
        />
        <p id={`${id}-hint`} className={`mt-1 text-2xs ${text !== '' && !isGood ? 'text-critical' : 'text-ink-2'}`}>
          {text !== '' && !isGood ? t('witness.own.logKeysWrong') : t('witness.own.logKeysHint')}
        </p>
      </div>
      <Trouble error={save.error} />
      <SubmitActions cancel={close} disabled={!isGood || save.isPending}>
        {t(log ? 'witness.save' : 'witness.own.trust')}
      </SubmitActions>
    </form>
  )
}
