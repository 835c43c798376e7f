import { useT } from '../../../i18n/use-t.ts'
import { Page } from '../../../ui/page.tsx'
import { OpenPackage } from './open-package.tsx'

/** A package from a person's disk, opened in their browser. */
export function OpenPage() {
  const t = useT()
  return (
    <Page title={t('artifacts.open.title')} lead={t('artifacts.open.lead')}>
      <OpenPackage />
    </Page>
  )
}
