export const locales = ['zh-CN', 'en-US'] as const
export type Locale = (typeof locales)[number]

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
