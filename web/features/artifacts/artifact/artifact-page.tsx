import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Download, Undo2 } from 'lucide-react'
import { useState } from 'react'
import type { ArtifactDetail } from '../../../../worker/features/artifacts/contract.ts'
import { act } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import { Page } from '../../../ui/page.tsx'
import { Failed, Note, Skeleton, Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { artifactQuery, orderDrill, reloadArtifacts } from '../queries.ts'
import { ArtifactState } from '../states.tsx'
import { Drills } from './drills.tsx'
import { ArtifactFacts } from './facts.tsx'
import { Manifest } from './manifest.tsx'

/** One package: what it says of itself, whether it was ever opened, and what can be done with it. */
export function ArtifactPage() {
  const t = useT()
  const { id } = useParams({ from: '/room/backups/$id' })
  const found = useQuery(artifactQuery(id))
  const artifact = found.data
  if (!artifact)
    return (
      <Page title={t('backups.package')}>
        {found.isError ? (
          <Failed what={t('backups.oneFailed')} error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Skeleton rows={6} height={44} />
        )}
      </Page>
    )
  const { connectorName, intent, state, failure, detail } = artifact
  return (
    <Page
      title={intent ? t('backups.titleOf', { intent, name: connectorName }) : connectorName}
      lead={<ArtifactState state={state} />}
      actions={<Acts artifact={artifact} />}
    >
      <div className="space-y-8">
        {state === 'failed' ? <Note tone="warn">{detail ?? failure ?? t('backups.state.failed')}</Note> : null}
        {state === 'lost' ? <Note tone="warn">{t('backups.lostNote')}</Note> : null}
        {state === 'ordered' || state === 'uploading' ? <Note>{t(`backups.openNote.${state}`)}</Note> : null}
        <ArtifactFacts artifact={artifact} />
        {state === 'stored' ? <Drills artifact={artifact} /> : null}
        {artifact.manifest ? <Manifest manifest={artifact.manifest} /> : null}
      </div>
    </Page>
  )
}

function Acts({ artifact }: { artifact: ArtifactDetail }) {
  const t = useT()
  const client = useQueryClient()
  const navigate = useNavigate()
  const mayWrite = useCan('artifacts.write')
  const mayRestore = useCan('artifacts.restore')
  const [deletes, setDeletes] = useState(false)
  const { id, state, connectorName } = artifact
  const prove = useMutation({ mutationFn: () => orderDrill(id), onSuccess: () => reloadArtifacts(client) })
  const remove = async () => {
    await act(`/artifacts/${id}`, { method: 'DELETE' })
    await navigate({ to: '/backups' })
    toast({ text: t('backups.deleted') })
    await reloadArtifacts(client)
  }
  const isStored = state === 'stored'
  const isSettled = isStored || state === 'failed' || state === 'lost'
  return (
    <>
      {isStored && mayRestore ? (
        <Link to="/backups/restore" search={{ artifact: id }} className="btn btn-primary">
          <Undo2 size={15} aria-hidden />
          {t('backups.restore')}
        </Link>
      ) : null}
      {isStored ? (
        <a href={`/api/v1/artifacts/${id}/content`} download={`${id}.cbpkg`} className="btn">
          <Download size={15} aria-hidden />
          {t('backups.download')}
        </a>
      ) : null}
      {isStored && mayWrite ? (
        <button type="button" className="btn" disabled={prove.isPending} onClick={() => prove.mutate()}>
          {t('backups.prove')}
        </button>
      ) : null}
      {isSettled && mayWrite ? (
        <button type="button" className="btn btn-danger" onClick={() => setDeletes(true)}>
          {t('backups.delete')}
        </button>
      ) : null}
      {prove.error ? <Trouble error={prove.error} /> : null}
      <Confirm
        open={deletes}
        close={() => setDeletes(false)}
        title={t('backups.deleteTitle', { name: connectorName })}
        body={t('backups.deleteBody')}
        action={t('backups.delete')}
        danger
        onConfirm={remove}
      />
    </>
  )
}
