import { useSyncExternalStore } from 'react'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const key = 'clawbutler.theme'
const listeners = new Set<() => void>()
const dark = () => matchMedia('(prefers-color-scheme: dark)')

const chosen = (): Theme => {
  try {
    const kept = localStorage.getItem(key)
    return kept === 'light' || kept === 'dark' ? kept : 'system'
  } catch {
    return 'system'
  }
}

const paint = () => {
  const theme = chosen()
  document.documentElement.dataset.theme = theme === 'system' ? (dark().matches ? 'dark' : 'light') : theme
}

export const chooseTheme = (theme: Theme) => {
  try {
    if (theme === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, theme)
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  paint()
  if (chosen() !== theme && theme !== 'system') document.documentElement.dataset.theme = theme
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  const onSystemChange = () => {
    paint()
    listener()
  }
  listeners.add(listener)
  const system = dark()
  system.addEventListener('change', onSystemChange)
  return () => {
    listeners.delete(listener)
    system.removeEventListener('change', onSystemChange)
  }
}

export const useTheme = () => useSyncExternalStore(subscribe, chosen)
