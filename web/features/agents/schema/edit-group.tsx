import { Pencil } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { Facts, Section } from '../../../ui/page.tsx'
import { useEditing } from '../draft/draft-context.ts'
import type { Path } from '../draft/entry.ts'
import { dotted } from '../draft/entry.ts'

/** A few settings that belong together: read as facts, and edited in place when that is wanted. */
export function EditGroup(props: { title: string; paths: readonly Path[]; facts: ReactNode; fields: ReactNode }) {
  const t = useT()
  const { draft, saving } = useEditing()
  const [open, setOpen] = useState(false)
  const isBelow = (path: string) =>
    props.paths.some((own) => path === dotted(own) || path.startsWith(`${dotted(own)}.`))
  const isTouched = draft.changes.some(({ path }) => isBelow(dotted(path))) || [...saving.issues.keys()].some(isBelow)
  const isOpen = (open || isTouched) && draft.bar === null
  return (
    <Section
      title={props.title}
      aside={
        draft.bar === null && !isTouched ? (
          <button type="button" className="btn btn-quiet" aria-expanded={isOpen} onClick={() => setOpen(!open)}>
            <Pencil size={13} aria-hidden />
            {isOpen ? t('agent.group.close') : t('agent.group.edit')}
          </button>
        ) : null
      }
    >
      {isOpen ? (
        <div className="space-y-4 border-y border-line py-4">{props.fields}</div>
      ) : (
        <Facts>{props.facts}</Facts>
      )}
    </Section>
  )
}
