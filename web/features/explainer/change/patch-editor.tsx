import JSON5 from 'json5'
import { type FormEvent, useId, useState } from 'react'
import { Tree } from '../../../../worker/features/connectors/link/questions/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import type { Trial } from './trial.ts'

type Read = { tree: Tree | undefined; fault: { kind: 'notJson'; detail: string } | { kind: 'notObject' } | null }

/** Nothing written is no patch. */
const readPatch = (text: string): Read => {
  if (text.trim() === '') return { tree: undefined, fault: null }
  try {
    const read = Tree.safeParse(JSON5.parse(text))
    return read.success ? { tree: read.data, fault: null } : { tree: undefined, fault: { kind: 'notObject' } }
  } catch (error) {
    return {
      tree: undefined,
      fault: { kind: 'notJson', detail: error instanceof Error ? error.message.replace(/^JSON5: /, '') : '' },
    }
  }
}

const written = (tree: Tree | undefined) => (tree ? JSON5.stringify(tree, null, 2) : '')

/** Merge patches in JSON5: of the agent's entry, and of the whole configuration. */
export function PatchEditor(props: { start: Trial; run: (trial: Trial) => void; isRunning: boolean }) {
  const t = useT()
  const [entry, setEntry] = useState(() => written(props.start.entry))
  const [config, setConfig] = useState(() => written(props.start.config))
  const read = { entry: readPatch(entry), config: readPatch(config) }
  const nothing = !read.entry.tree && !read.config.tree
  const submit = (event: FormEvent) => {
    event.preventDefault()
    props.run({
      ...(read.entry.tree ? { entry: read.entry.tree } : {}),
      ...(read.config.tree ? { config: read.config.tree } : {}),
    })
  }
  return (
    <form onSubmit={submit} className="space-y-3">
      <PatchField
        label={t('explainer.change.entry')}
        hint="{ tools: { deny: ['exec'] } }"
        text={entry}
        setText={setEntry}
        fault={read.entry.fault}
      />
      <PatchField
        label={t('explainer.change.config')}
        hint="{ tools: { profile: 'coding' } }"
        text={config}
        setText={setConfig}
        fault={read.config.fault}
      />
      <p className="text-2xs text-ink-2">{t('explainer.change.patchHint')}</p>
      <button
        type="submit"
        className="btn btn-primary"
        disabled={props.isRunning || nothing || read.entry.fault !== null || read.config.fault !== null}
      >
        {t('explainer.change.run')}
      </button>
    </form>
  )
}

function PatchField(props: {
  label: string
  hint: string
  text: string
  setText: (text: string) => void
  fault: Read['fault']
}) {
  const t = useT()
  const id = useId()
  const { fault } = props
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-xs font-medium">
        {props.label}
      </label>
      <textarea
        id={id}
        rows={Math.min(16, Math.max(4, props.text.split('\n').length + 1))}
        spellCheck={false}
        autoCapitalize="off"
        placeholder={props.hint}
        className="field h-auto py-2 font-mono text-xs leading-relaxed max-md:h-auto"
        value={props.text}
        maxLength={50_000}
        aria-invalid={fault ? true : undefined}
        aria-describedby={fault ? `${id}-fault` : undefined}
        onChange={(event) => props.setText(event.target.value)}
      />
      {fault ? (
        <p id={`${id}-fault`} role="alert" className="mt-1 text-2xs text-critical">
          {fault.kind === 'notJson'
            ? t('explainer.change.notJson', { detail: fault.detail })
            : t('explainer.change.notObject')}
        </p>
      ) : null}
    </div>
  )
}
