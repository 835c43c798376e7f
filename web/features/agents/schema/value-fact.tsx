import { useT } from '../../../i18n/use-t.ts'
import { Fact } from '../../../ui/page.tsx'
import { useEditing } from '../draft/draft-context.ts'
import { type Path, valueAt } from '../draft/entry.ts'
import { ValueText } from '../draft/value-text.tsx'

/** What is set at a path; where nothing is, what holds for all agents, and that it comes from there. */
export function ValueFact({ name, path, full }: { name: string; path: Path; full?: boolean }) {
  const t = useT()
  const { draft } = useEditing()
  const own = draft.valueAt(path)
  const shared = valueAt(draft.config?.defaults, path)
  return (
    <Fact name={name} {...(full ? { full } : {})}>
      {own === undefined && shared !== undefined ? (
        <>
          <ValueText value={shared} /> <span className="text-2xs text-ink-3">{t('agent.value.fromDefaults')}</span>
        </>
      ) : (
        <ValueText value={own} />
      )}
    </Fact>
  )
}
