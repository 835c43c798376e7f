import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../../../../i18n/use-t.ts'
import { Section } from '../../../../ui/page.tsx'
import { useEditing } from '../../draft/draft-context.ts'
import { isTree } from '../../draft/entry.ts'
import { PolicyFields } from './policy-fields.tsx'

const at = ['tools', 'byProvider'] as const

/** Policies that hold only while a model of one provider, or one model, drives the agent. */
export function ByProvider({ words }: { words: readonly string[] }) {
  const t = useT()
  const { draft, saving } = useEditing()
  const [name, setName] = useState('')
  const held = draft.valueAt(at)
  const providers = isTree(held) ? Object.keys(held) : []
  const isLocked = draft.bar !== null || saving.isUnderWay
  const wanted = name.trim()
  return (
    <Section title={t('agent.tools.byProvider')}>
      <p className="mb-3 text-2xs text-ink-2">{t('agent.tools.byProviderHint')}</p>
      <div className="space-y-4">
        {providers.map((provider) => (
          <details key={provider} open className="group">
            <summary className="flex min-h-9 items-center gap-2 text-xs">
              <code className="flex-1 font-mono text-2xs font-medium break-all">{provider}</code>
              {isLocked ? null : (
                <button
                  type="button"
                  className="btn btn-quiet btn-icon"
                  aria-label={t('agent.list.remove', { name: provider })}
                  onClick={() => draft.setAt([...at, provider], undefined)}
                >
                  <Trash2 size={14} aria-hidden />
                </button>
              )}
            </summary>
            <PolicyFields at={[...at, provider]} words={words} />
          </details>
        ))}
        {isLocked ? (
          providers.length === 0 ? (
            <p className="border-y border-line py-3 text-ink-2">{t('agent.list.empty')}</p>
          ) : null
        ) : (
          <form
            className="flex items-center gap-2"
            onSubmit={(event) => {
              event.preventDefault()
              if (wanted === '' || providers.includes(wanted)) return
              draft.setAt([...at, wanted], {})
              setName('')
            }}
          >
            <input
              className="field font-mono text-2xs md:h-8 md:max-w-72"
              aria-label={t('agent.tools.provider')}
              placeholder={t('agent.tools.provider')}
              value={name}
              maxLength={200}
              onChange={(event) => setName(event.target.value)}
            />
            <button type="submit" className="btn" disabled={wanted === '' || providers.includes(wanted)}>
              <Plus size={14} aria-hidden />
              {t('agent.list.put')}
            </button>
          </form>
        )}
      </div>
    </Section>
  )
}
