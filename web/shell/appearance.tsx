import { Languages, Monitor, Moon, Sun } from 'lucide-react'
import { useLocale } from 'use-intl'
import { chooseLocale } from '../i18n/catalogue.ts'
import { locales } from '../i18n/locale.ts'
import { useT } from '../i18n/use-t.ts'
import { chooseTheme, themes, useTheme } from '../theme.ts'
import { Menu, MenuItem } from '../ui/menu.tsx'

export const themeIcons = { system: Monitor, light: Sun, dark: Moon }

export function LanguageSwitch() {
  const t = useT()
  const locale = useLocale()
  return (
    <Menu
      label={t('shell.language')}
      className="btn btn-quiet btn-icon"
      align="end"
      trigger={<Languages size={16} aria-hidden />}
    >
      {locales.map((one) => (
        <MenuItem key={one} checked={one === locale} onClick={() => void chooseLocale(one)}>
          <span lang={one}>{t(`shell.languages.${one}`)}</span>
        </MenuItem>
      ))}
    </Menu>
  )
}

export function ThemeSwitch() {
  const t = useT()
  const theme = useTheme()
  const Icon = themeIcons[theme]
  return (
    <Menu
      label={t('shell.theme')}
      className="btn btn-quiet btn-icon"
      align="end"
      trigger={<Icon size={16} aria-hidden />}
    >
      {themes.map((one) => {
        const OneIcon = themeIcons[one]
        return (
          <MenuItem
            key={one}
            checked={one === theme}
            icon={<OneIcon size={15} aria-hidden />}
            onClick={() => chooseTheme(one)}
          >
            {t(`shell.themes.${one}`)}
          </MenuItem>
        )
      })}
    </Menu>
  )
}
