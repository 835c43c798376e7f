import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { KeyRound, MoreHorizontal, Pause, Pencil, Play, RotateCcw, Send, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { type AuditStream, RotatedSecret, TestedStream } from '../../../../worker/features/audit/streams/contract.ts'
import { act, request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Menu, MenuDivider, MenuItem } from '../../../ui/menu.tsx'
import { toast } from '../../../ui/toast.tsx'
import { useProblemText } from '../../../use-problem.ts'
import { EditStream } from './edit-stream.tsx'
import { reloadStreams } from './queries.ts'
import { Replay } from './replay.tsx'
import { SecretOnce } from './secret-once.tsx'
import { outcomeText } from './state.tsx'

type Asked = 'edit' | 'replay' | 'rotate' | 'remove' | null

/** What can be done about a stream: stop it, let it go on, try it, change it, begin again, change its secret, end it. */
export function StreamActions({ stream }: { stream: AuditStream }) {
  const t = useT()
  const client = useQueryClient()
  const navigate = useNavigate()
  const problemText = useProblemText()
  const [asked, setAsked] = useState<Asked>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const path = `/audit/streams/${stream.id}`
  const onError = (error: Error) => toast({ text: problemText(error), tone: 'bad' })
  const verb = stream.state === 'active' ? 'pause' : 'resume'
  const turn = useMutation({
    mutationFn: () => act(`${path}/${verb}`, { method: 'POST' }),
    onSuccess: () => reloadStreams(client),
    onError,
  })
  const test = useMutation({
    mutationFn: () => request(TestedStream, `${path}/test`, { method: 'POST' }),
    onSuccess: ({ ok, outcome, durationMs }) =>
      toast({
        text: t(ok ? 'streams.testOk' : 'streams.testFailed', { outcome: outcomeText(t, outcome), ms: durationMs }),
        tone: ok ? 'plain' : 'bad',
      }),
    onError,
  })
  return (
    <>
      <button type="button" className="btn" disabled={test.isPending} onClick={() => test.mutate()}>
        <Send size={15} aria-hidden />
        {t(test.isPending ? 'streams.testing' : 'streams.test')}
      </button>
      <button
        type="button"
        className={verb === 'resume' ? 'btn btn-primary' : 'btn'}
        disabled={turn.isPending}
        onClick={() => turn.mutate()}
      >
        {verb === 'pause' ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
        {t(`streams.${verb}`)}
      </button>
      <Menu
        trigger={<MoreHorizontal size={16} aria-hidden />}
        label={t('streams.more')}
        className="btn btn-icon"
        align="end"
      >
        <MenuItem icon={<Pencil size={15} aria-hidden />} onClick={() => setAsked('edit')}>
          {t('streams.edit')}
        </MenuItem>
        <MenuItem icon={<RotateCcw size={15} aria-hidden />} onClick={() => setAsked('replay')}>
          {t('streams.replay')}
        </MenuItem>
        {stream.kind === 'webhook' ? (
          <MenuItem icon={<KeyRound size={15} aria-hidden />} onClick={() => setAsked('rotate')}>
            {t('streams.rotate')}
          </MenuItem>
        ) : null}
        <MenuDivider />
        <MenuItem icon={<Trash2 size={15} aria-hidden />} onClick={() => setAsked('remove')}>
          {t('streams.remove')}
        </MenuItem>
      </Menu>
      <Dialog
        open={asked === 'edit'}
        onOpenChange={(open) => !open && setAsked(null)}
        title={t('streams.editTitle', { name: stream.name })}
        description={t('streams.editBody')}
      >
        <EditStream stream={stream} close={() => setAsked(null)} />
      </Dialog>
      <Dialog
        open={asked === 'replay'}
        onOpenChange={(open) => !open && setAsked(null)}
        title={t('streams.replay')}
        description={t('streams.replayBody')}
      >
        <Replay path={path} through={stream.progress.through} close={() => setAsked(null)} />
      </Dialog>
      <Confirm
        open={asked === 'rotate'}
        close={() => setAsked(null)}
        title={t('streams.rotate')}
        body={t('streams.rotateBody')}
        action={t('streams.rotate')}
        onConfirm={async () => {
          setSecret((await request(RotatedSecret, `${path}/rotate-secret`, { method: 'POST' })).secret)
          await reloadStreams(client)
        }}
      />
      <Dialog open={secret !== null} onOpenChange={(open) => !open && setSecret(null)} title={t('streams.secret')}>
        <SecretOnce secret={secret ?? ''} note={t('streams.rotated')} close={() => setSecret(null)} />
      </Dialog>
      <Confirm
        open={asked === 'remove'}
        close={() => setAsked(null)}
        title={t('streams.removeTitle', { name: stream.name })}
        body={t('streams.removeBody')}
        action={t('streams.remove')}
        danger
        onConfirm={async () => {
          await act(path, { method: 'DELETE' })
          await navigate({ to: '/audit/streams' })
          await reloadStreams(client)
        }}
      />
    </>
  )
}
