import { Link } from '@tanstack/react-router'
import { useLocale } from 'use-intl'
import type { ArtifactDetail } from '../../../../worker/features/artifacts/contract.ts'
import { absolute } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Copy } from '../../../ui/copy.tsx'
import { Fact, Facts, Mono } from '../../../ui/page.tsx'
import { Ago } from '../../../ui/time.tsx'
import { bytes } from '../bytes.ts'

export function ArtifactFacts({ artifact }: { artifact: ArtifactDetail }) {
  const t = useT()
  const locale = useLocale()
  const { intent, size, sha256, header, manifest, provenAt, madeAt, createdBy, hasSecrets } = artifact
  return (
    <Facts>
      <Fact name={t('backups.column.gateway')}>
        <Link to="/connectors/$id" params={{ id: artifact.connectorId }} className="link">
          {artifact.connectorName}
        </Link>
      </Fact>
      <Fact name={t('backups.column.kind')}>
        {intent ? `${t(`artifacts.intent.${intent}`)} · ` : ''}
        {t(`backups.cause.${artifact.cause}`)}
      </Fact>
      <Fact name={t('backups.secrets')}>
        {hasSecrets === null ? t('state.none') : t(hasSecrets ? 'backups.withSecrets' : 'backups.withoutSecrets')}
      </Fact>
      <Fact name={t('backups.column.size')}>
        <span className="tnum">{size === null ? t('state.none') : bytes(locale, size)}</span>
      </Fact>
      <Fact name={t('backups.madeAt')}>{madeAt ? absolute(locale, Date.parse(madeAt)) : t('state.none')}</Fact>
      <Fact name={t('backups.lastProven')}>
        {provenAt ? <Ago at={provenAt} /> : <span className="text-medium">{t('backups.never')}</span>}
      </Fact>
      <Fact name={t('backups.source')}>
        {manifest?.source.gateway ? t('connectors.openclaw', { version: manifest.source.gateway }) : t('state.none')}
      </Fact>
      <Fact name={t('backups.by')}>{createdBy.name || t('backups.bySystem')}</Fact>
      {header ? (
        <Fact name={t('backups.key')}>
          <Mono>{`scrypt N=2^${header.kdf.logN}, AES-256-GCM`}</Mono>
        </Fact>
      ) : null}
      <Fact name={t('backups.id')}>
        <Mono>{artifact.id}</Mono>
      </Fact>
      {sha256 ? (
        <Fact name={t('backups.sha256')} full>
          <span className="flex items-center gap-1">
            <Mono>{sha256}</Mono>
            <Copy text={sha256} what={t('backups.sha256')} />
          </span>
        </Fact>
      ) : null}
    </Facts>
  )
}
