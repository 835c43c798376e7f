import { useT } from '../../i18n/use-t.ts'
import { Page } from '../../ui/page.tsx'
import { LinkedAccounts } from './linked-accounts.tsx'
import { Passkeys } from './passkeys.tsx'
import { Password } from './password.tsx'
import { SecondFactor } from './second-factor.tsx'

export function SecurityPage() {
  const t = useT()
  return (
    <Page title={t('settings.security.title')} wide={false}>
      <div className="space-y-9">
        <Passkeys />
        <Password />
        <SecondFactor />
        <LinkedAccounts />
      </div>
    </Page>
  )
}
