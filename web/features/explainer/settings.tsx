import { useDeferredValue, useState } from 'react'
import { type Setting, settingLayers } from '../../../worker/features/agents/explain/settings/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Chip } from '../../ui/badge.tsx'
import { Filter } from '../../ui/field.tsx'
import { LayerTag, valueText } from './layer-tag.tsx'
import { RulePath } from './rule-path.tsx'

/** Each setting that says something, who gave it, and what it hides. */
export function Settings({ settings }: { settings: readonly Setting[] }) {
  const t = useT()
  const [query, setQuery] = useState('')
  const [layer, setLayer] = useState('')
  const wanted = useDeferredValue(query.trim().toLowerCase())
  const shown = settings.filter(
    (setting) =>
      (layer === '' || setting.layer === layer) &&
      `${setting.name} ${valueText(setting.value)}`.toLowerCase().includes(wanted),
  )
  return (
    <section aria-label={t('explainer.settings.title')}>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <h2 className="mr-2 font-medium max-md:basis-full">{t('explainer.settings.title')}</h2>
        <input
          type="search"
          aria-label={t('explainer.settings.search')}
          placeholder={t('explainer.settings.search')}
          className="field max-w-64 md:h-8 max-md:max-w-none"
          value={query}
          maxLength={100}
          onChange={(event) => setQuery(event.target.value)}
        />
        <Filter label={t('explainer.settings.layer')} value={layer} onChange={(event) => setLayer(event.target.value)}>
          <option value="">{t('explainer.settings.anyLayer')}</option>
          {settingLayers.map((each) => (
            <option key={each} value={each}>
              {t(`explainer.layer.${each}`)}
            </option>
          ))}
        </Filter>
        <span role="status" className="tnum ml-auto text-2xs text-ink-2">
          {t('explainer.settings.shown', { shown: shown.length, total: settings.length })}
        </span>
      </div>
      {shown.length === 0 ? (
        <p className="border-y border-line py-6 text-center text-ink-2">{t('explainer.settings.none')}</p>
      ) : (
        <ul className="hairlines">
          {shown.map((setting) => (
            <SettingRow key={setting.name} setting={setting} />
          ))}
        </ul>
      )}
    </section>
  )
}

function SettingRow({ setting }: { setting: Setting }) {
  const t = useT()
  const { name, value, layer, path, known, hides } = setting
  return (
    <li className="calm grid items-baseline gap-x-4 gap-y-1 py-2 md:grid-cols-[minmax(180px,1fr)_96px_minmax(0,2fr)]">
      <span className="flex min-w-0 flex-wrap items-center gap-2">
        <code className="font-mono text-xs break-all">{name}</code>
        {known ? null : <Chip>{t('explainer.settings.unknown')}</Chip>}
      </span>
      <span>
        <LayerTag layer={layer} />
      </span>
      <span className="min-w-0">
        <code className="line-clamp-4 font-mono text-xs break-all">{valueText(value)}</code>
        {path ? (
          <span className="mt-0.5 block">
            <RulePath path={path} />
          </span>
        ) : null}
        {hides.map((hidden) => (
          <span key={`${hidden.layer}${hidden.path}`} className="mt-1 flex flex-wrap items-center gap-1.5 text-2xs">
            <span className="text-ink-3">{t('explainer.settings.hides')}</span>
            <LayerTag layer={hidden.layer} />
            <del className="font-mono break-all text-ink-3">{valueText(hidden.value)}</del>
            {hidden.path ? <RulePath path={hidden.path} /> : null}
          </span>
        ))}
      </span>
    </li>
  )
}
