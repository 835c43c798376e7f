import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { useLocale } from 'use-intl'
import {
  agentSections,
  sections as allSections,
  globalSections,
  type PackageManifest,
} from '../../../../cbpkg/contract.ts'
import { restoreModes } from '../../../../worker/features/artifacts/restores/contract.ts'
import { absolute } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Field, SelectField } from '../../../ui/field.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Failed, Note } from '../../../ui/state.tsx'
import { artifactQuery, artifactsQuery, standingsQuery } from '../queries.ts'
import { Choices } from './choices.tsx'
import type { Mode } from './command.ts'
import { Commands } from './commands.tsx'
import { Follow } from './follow.tsx'
import { LookInside } from './look-inside.tsx'
import { Restores } from './restores.tsx'

/**
 * Puts together what somebody runs beside the gateway: the passphrase is known there and nowhere else. What comes of it
 * is seen below as it happens.
 */
export function RestorePage() {
  const t = useT()
  const locale = useLocale()
  const navigate = useNavigate()
  const { artifact: artifactId } = useSearch({ from: '/room/backups/restore' })
  const mayRestore = useCan('artifacts.restore')
  const stored = useInfiniteQuery(artifactsQuery({ state: 'stored' }))
  const found = useQuery({ ...artifactQuery(artifactId ?? ''), enabled: artifactId !== undefined })
  const standings = useQuery(standingsQuery())
  const [file, setFile] = useState('')
  const [connector, setConnector] = useState<string | null>(null)
  const [mode, setMode] = useState<Mode>('merge')
  const [sections, setSections] = useState<readonly string[]>([])
  const [agents, setAgents] = useState<readonly string[]>([])
  const [opened, setOpened] = useState<PackageManifest | null>(null)
  const look = useCallback((manifest: PackageManifest | null) => {
    setOpened(manifest)
    setSections([])
    setAgents([])
  }, [])
  const artifact = artifactId === undefined ? undefined : found.data
  const items = stored.data?.pages.flatMap((page) => page.items) ?? []
  const connectors = standings.data?.items ?? []
  const isThere = connectors.some(({ connectorId }) => connectorId === artifact?.connectorId)
  const connectorId = connector ?? (isThere ? artifact?.connectorId : connectors[0]?.connectorId) ?? ''
  const manifest = artifactId === undefined ? opened : (artifact?.manifest ?? null)
  const inside = manifest?.sections ?? allSections
  const isReady = (artifactId !== undefined ? artifact?.state === 'stored' : file.trim() !== '') && connectorId !== ''
  return (
    <Page title={t('backups.restore')} lead={t('backups.wizard.lead')} wide={false}>
      <div className="space-y-8">
        {mayRestore ? null : <Note>{t('backups.mayNotRestore')}</Note>}
        <Section title={t('backups.wizard.what')}>
          <div className="space-y-4">
            <SelectField
              label={t('backups.package')}
              value={artifactId ?? ''}
              onChange={({ target }) => {
                setSections([])
                setAgents([])
                void navigate({
                  to: '/backups/restore',
                  search: target.value ? { artifact: target.value } : {},
                  replace: true,
                })
              }}
            >
              <option value="">{t('backups.wizard.file')}</option>
              {artifact && !items.some(({ id }) => id === artifact.id) ? (
                <option value={artifact.id}>{artifact.connectorName}</option>
              ) : null}
              {items.map(({ id, connectorName, intent, madeAt, createdAt }) => (
                <option key={id} value={id}>
                  {connectorName} · {intent ? t(`artifacts.intent.${intent}`) : ''} ·{' '}
                  {absolute(locale, Date.parse(madeAt ?? createdAt))}
                </option>
              ))}
            </SelectField>
            {stored.isError && !stored.data ? (
              <Failed what={t('backups.packagesFailed')} error={stored.error} retry={() => void stored.refetch()} />
            ) : null}
            {artifactId === undefined ? (
              <>
                <Field
                  label={t('backups.wizard.path')}
                  hint={t('backups.wizard.pathHint')}
                  value={file}
                  placeholder={t('backups.wizard.pathExample')}
                  onChange={({ target }) => setFile(target.value)}
                />
                <LookInside named={(name) => setFile((known) => known || name)} found={look} />
              </>
            ) : found.isError ? (
              <Failed what={t('backups.oneFailed')} error={found.error} retry={() => void found.refetch()} />
            ) : artifact && artifact.state !== 'stored' ? (
              <Note tone="warn">{t('backups.wizard.notStored', { state: t(`backups.state.${artifact.state}`) })}</Note>
            ) : null}
            <SelectField
              label={t('backups.wizard.where')}
              hint={t('backups.wizard.whereHint')}
              value={connectorId}
              onChange={({ target }) => setConnector(target.value)}
            >
              {connectors.map(({ connectorId: id, connectorName }) => (
                <option key={id} value={id}>
                  {connectorName}
                </option>
              ))}
            </SelectField>
            {standings.isError && !standings.data ? (
              <Failed
                what={t('backups.gatewaysFailed')}
                error={standings.error}
                retry={() => void standings.refetch()}
              />
            ) : standings.data && connectors.length === 0 ? (
              <Note>{t('backups.wizard.noGateway')}</Note>
            ) : null}
          </div>
        </Section>
        <Section title={t('backups.wizard.how')}>
          <div role="radiogroup" aria-label={t('backups.wizard.how')} className="hairlines">
            {restoreModes.map((one) => (
              <label key={one} className="flex cursor-pointer items-start gap-3 py-2.5">
                <input
                  type="radio"
                  name="mode"
                  className="mt-1 accent-accent"
                  checked={mode === one}
                  onChange={() => setMode(one)}
                />
                <span>
                  <span className="block font-medium">{t(`backups.mode.${one}.name`)}</span>
                  <span className="block text-xs text-ink-2">{t(`backups.mode.${one}.hint`)}</span>
                </span>
              </label>
            ))}
          </div>
        </Section>
        <Choices
          title={t('backups.wizard.sections')}
          none={t('backups.wizard.allSections')}
          groups={[globalSections, agentSections].map((group) =>
            group
              .filter((section) => inside.includes(section))
              .map((section) => ({ value: section, words: t(`backups.section.${section}`) })),
          )}
          chosen={sections}
          choose={setSections}
        />
        {manifest && manifest.agents.length > 0 ? (
          <Choices
            title={t('backups.wizard.agents')}
            none={t('backups.wizard.allAgents')}
            groups={[
              manifest.agents.map(({ id, name }) => ({
                value: id,
                words: name === id ? id : `${name} (${id})`,
              })),
            ]}
            chosen={agents}
            choose={setAgents}
          />
        ) : null}
        <Section title={t('backups.wizard.run')}>
          {isReady ? (
            <Commands
              chosen={{ artifactId: artifactId ?? null, file: file.trim(), connectorId, mode, sections, agents }}
            />
          ) : (
            <p className="border-y border-line py-3 text-ink-2">{t('backups.wizard.notYet')}</p>
          )}
        </Section>
        {isReady ? <Follow key={`follow ${connectorId}`} connectorId={connectorId} /> : null}
        {connectorId === '' ? null : <Restores key={connectorId} connectorId={connectorId} />}
      </div>
    </Page>
  )
}
