import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Ellipsis, KeyRound, Pause, Pencil, Play, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { type Connector, CreatedConnector } from '../../../worker/features/connectors/contract.ts'
import { act, request } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Dialog, DialogActions, SubmitActions } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Menu, MenuDivider, MenuItem } from '../../ui/menu.tsx'
import { Trouble } from '../../ui/state.tsx'
import { toast } from '../../ui/toast.tsx'
import { useProblemText } from '../../use-problem.ts'
import { TokenBox } from './token-box.tsx'

/** Everything that can be done to a connector; what cannot be taken back asks first. */
export function ConnectorActions({ connector }: { connector: Connector }) {
  const t = useT()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const problemText = useProblemText()
  const [asking, setAsking] = useState<'rename' | 'rotate' | 'remove' | 'pause' | null>(null)
  const [rotated, setRotated] = useState<CreatedConnector | null>(null)
  const path = `/connectors/${connector.id}`
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['connectors'] })
  const tell = useMutation({
    mutationFn: ({ verb }: { verb: 'resume' | 'sync'; done: string }) =>
      act(`${path}/${verb}`, { method: 'POST', body: {} }),
    onSuccess: (_, { done }) => {
      toast({ text: done })
      void refresh()
    },
    onError: (error) => toast({ text: problemText(error), tone: 'bad' }),
  })
  const close = () => setAsking(null)
  const isPaused = connector.state === 'paused'
  return (
    <>
      <button
        type="button"
        className="btn"
        disabled={connector.state !== 'online' || tell.isPending}
        title={connector.state === 'online' ? undefined : t('diagnostics.offline')}
        onClick={() => tell.mutate({ verb: 'sync', done: t('connectors.synced') })}
      >
        <RefreshCw size={14} aria-hidden />
        {t('connectors.sync')}
      </button>
      {isPaused ? (
        <button
          type="button"
          className="btn btn-primary"
          onClick={() => tell.mutate({ verb: 'resume', done: t('connectors.resumed') })}
        >
          <Play size={14} aria-hidden />
          {t('connectors.resume')}
        </button>
      ) : null}
      <Menu
        label={t('connectors.more')}
        className="btn btn-icon"
        align="end"
        trigger={<Ellipsis size={16} aria-hidden />}
      >
        <MenuItem icon={<Pencil size={15} aria-hidden />} onClick={() => setAsking('rename')}>
          {t('connectors.rename')}
        </MenuItem>
        <MenuItem icon={<KeyRound size={15} aria-hidden />} onClick={() => setAsking('rotate')}>
          {t('connectors.rotate')}
        </MenuItem>
        {isPaused ? null : (
          <MenuItem icon={<Pause size={15} aria-hidden />} onClick={() => setAsking('pause')}>
            {t('connectors.pause')}
          </MenuItem>
        )}
        <MenuDivider />
        <MenuItem icon={<Trash2 size={15} aria-hidden />} onClick={() => setAsking('remove')}>
          {t('connectors.remove')}
        </MenuItem>
      </Menu>
      <Rename connector={connector} open={asking === 'rename'} close={close} />
      <Confirm
        open={asking === 'pause'}
        close={close}
        title={t('connectors.pauseTitle', { name: connector.name })}
        body={t('connectors.pauseBody')}
        action={t('connectors.pause')}
        onConfirm={async () => {
          await act(`${path}/pause`, { method: 'POST', body: {} })
          await refresh()
        }}
      />
      <Confirm
        open={asking === 'rotate'}
        close={close}
        title={t('connectors.rotateTitle')}
        body={t('connectors.rotateBody')}
        action={t('connectors.rotate')}
        danger
        onConfirm={async () => {
          setRotated(await request(CreatedConnector, `${path}/rotate-token`, { method: 'POST', body: {} }))
          await refresh()
        }}
      />
      <Confirm
        open={asking === 'remove'}
        close={close}
        title={t('connectors.removeTitle', { name: connector.name })}
        body={t('connectors.removeBody')}
        action={t('connectors.remove')}
        typed={connector.name}
        danger
        onConfirm={async () => {
          await act(path, { method: 'DELETE' })
          await navigate({ to: '/connectors' })
          queryClient.removeQueries({ queryKey: ['connectors', 'one', connector.id] })
          await refresh()
        }}
      />
      <Dialog
        open={rotated !== null}
        onOpenChange={(open) => !open && setRotated(null)}
        title={t('connectors.rotatedTitle')}
        description={t('connectors.new.pasteLead')}
        wide
      >
        {rotated ? (
          <div className="mt-4">
            <TokenBox created={rotated} />
          </div>
        ) : null}
        <DialogActions>
          <button type="button" className="btn btn-primary" onClick={() => setRotated(null)}>
            {t('connectors.token.kept')}
          </button>
        </DialogActions>
      </Dialog>
    </>
  )
}

function Rename({ connector, open, close }: { connector: Connector; open: boolean; close: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [name, setName] = useState(connector.name)
  const rename = useMutation({
    mutationFn: () => act(`/connectors/${connector.id}`, { method: 'PATCH', body: { name } }),
    onSuccess: async () => {
      close()
      await queryClient.invalidateQueries({ queryKey: ['connectors'] })
    },
  })
  return (
    <Dialog open={open} onOpenChange={(next) => !next && close()} title={t('connectors.rename')}>
      <form
        className="mt-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          rename.mutate()
        }}
      >
        <Field
          label={t('connectors.name')}
          value={name}
          maxLength={120}
          required
          onChange={(e) => setName(e.target.value)}
        />
        <Trouble error={rename.error} />
        <SubmitActions cancel={close} disabled={name.trim() === '' || rename.isPending}>
          {t('action.save')}
        </SubmitActions>
      </form>
    </Dialog>
  )
}
