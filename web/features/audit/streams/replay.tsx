import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { act } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { SubmitActions } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { reloadStreams } from './queries.ts'

/** From which event on a stream sends again. */
export function Replay({ path, through, close }: { path: string; through: number; close: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const [from, setFrom] = useState('1')
  const replay = useMutation({
    mutationFn: () => act(`${path}/replay`, { method: 'POST', body: { from: Number(from) } }),
    onSuccess: async () => {
      await reloadStreams(client)
      close()
    },
  })
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        replay.mutate()
      }}
    >
      <Field
        label={t('streams.replayFrom')}
        type="number"
        min={1}
        max={through + 1}
        value={from}
        required
        onChange={({ target }) => setFrom(target.value)}
      />
      <Trouble error={replay.error} />
      <SubmitActions cancel={close} disabled={replay.isPending}>
        {t('streams.replay')}
      </SubmitActions>
    </form>
  )
}
