import { createContext, type ReactNode, use, useMemo, useState } from 'react'
import { IntlProvider } from 'use-intl'
import { keepLocale, type Locale, loadMessages, type Messages } from './locale.ts'

const SwitchLocale = createContext<(locale: Locale) => Promise<void>>(async () => {})

/** Changes the language in place: nothing is reloaded, forms keep what was typed. */
export const useSwitchLocale = () => use(SwitchLocale)

export function LocaleProvider(props: { locale: Locale; messages: Messages; children: ReactNode }) {
  const [current, setCurrent] = useState({ locale: props.locale, messages: props.messages })
  const switchLocale = useMemo(
    () => async (locale: Locale) => {
      const messages = await loadMessages(locale)
      keepLocale(locale)
      setCurrent({ locale, messages })
    },
    [],
  )
  return (
    <SwitchLocale value={switchLocale}>
      <IntlProvider
        locale={current.locale}
        messages={current.messages}
        timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
      >
        {props.children}
      </IntlProvider>
    </SwitchLocale>
  )
}
