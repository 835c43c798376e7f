import { type ReactNode, useSyncExternalStore } from 'react'
import { IntlProvider } from 'use-intl'
import { currentCatalogue, subscribeToCatalogue } from './catalogue.ts'

export function LocaleProvider({ children }: { children: ReactNode }) {
  const { locale, messages } = useSyncExternalStore(subscribeToCatalogue, currentCatalogue)
  return (
    <IntlProvider locale={locale} messages={messages} timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}>
      {children}
    </IntlProvider>
  )
}
