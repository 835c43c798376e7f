import type zhCN from './zh-CN.json'

export const locales = ['zh-CN', 'en-US'] as const
export type Locale = (typeof locales)[number]
export type Messages = typeof zhCN

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale
    Messages: typeof zhCN
  }
}

const key = 'clawbutler.locale'

/** The person's choice, else Chinese for Chinese browsers and English for all others; theme.js has decided already. */
export const startLocale = (): Locale => (document.documentElement.lang === 'en-US' ? 'en-US' : 'zh-CN')

export const keepLocale = (locale: Locale) => {
  document.documentElement.lang = locale
  try {
    localStorage.setItem(key, locale)
  } catch {
    // A browser without storage asks its own language again next time.
  }
}

/** Only the language in use is ever loaded. */
export const loadMessages = async (locale: Locale): Promise<Messages> =>
  (locale === 'zh-CN' ? await import('./zh-CN.json') : await import('./en-US.json')).default
