import { useTranslations } from 'use-intl'

/** The translator over the whole catalogue: every call names its full key, so that keys can be found by searching. */
export const useT = () => useTranslations()
export type T = ReturnType<typeof useT>
