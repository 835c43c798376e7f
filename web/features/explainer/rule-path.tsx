import { useT } from '../../i18n/use-t.ts'

/** Where a rule stands in the gateway's configuration; what nobody wrote is built in. */
export function RulePath({ path }: { path: string | null }) {
  const t = useT()
  if (path === null) return <span className="text-2xs text-ink-3">{t('explainer.tools.builtInRule')}</span>
  return <code className="rounded-sm bg-sunken px-1 py-px font-mono text-2xs break-all text-ink-2">{path}</code>
}
