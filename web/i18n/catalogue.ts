import type agents from './agents.zh-CN.json'
import type approvals from './approvals.zh-CN.json'
import type artifacts from './artifacts.zh-CN.json'
import type audit from './audit.zh-CN.json'
import type cost from './cost.zh-CN.json'
import type cron from './cron.zh-CN.json'
import type explainer from './explainer.zh-CN.json'
import type grants from './grants.zh-CN.json'
import type health from './health.zh-CN.json'
import type kill from './kill.zh-CN.json'
import { keepLocale, type Locale, startLocale } from './locale.ts'
import type memory from './memory.zh-CN.json'
import type registry from './registry.zh-CN.json'
import type rules from './rules.zh-CN.json'
import type snapshots from './snapshots.zh-CN.json'
import type statistics from './statistics.zh-CN.json'
import type streams from './streams.zh-CN.json'
import type common from './zh-CN.json'

/**
 * `zh-CN.json` is what every page may say, and the first screen waits for it. What only some pages say stands in a
 * part, `approvals.zh-CN.json`, that comes together with those pages: `withMessages` in the routes names it. No part
 * begins a key like another. `web/i18n/check.ts` follows each page's imports and refuses a key whose part is missing.
 */
const parts = {
  agents: { 'zh-CN': () => import('./agents.zh-CN.json'), 'en-US': () => import('./agents.en-US.json') },
  approvals: {
    'zh-CN': () => import('./approvals.zh-CN.json'),
    'en-US': () => import('./approvals.en-US.json'),
  },
  artifacts: {
    'zh-CN': () => import('./artifacts.zh-CN.json'),
    'en-US': () => import('./artifacts.en-US.json'),
  },
  cost: { 'zh-CN': () => import('./cost.zh-CN.json'), 'en-US': () => import('./cost.en-US.json') },
  cron: { 'zh-CN': () => import('./cron.zh-CN.json'), 'en-US': () => import('./cron.en-US.json') },
  registry: { 'zh-CN': () => import('./registry.zh-CN.json'), 'en-US': () => import('./registry.en-US.json') },
  kill: { 'zh-CN': () => import('./kill.zh-CN.json'), 'en-US': () => import('./kill.en-US.json') },
  memory: { 'zh-CN': () => import('./memory.zh-CN.json'), 'en-US': () => import('./memory.en-US.json') },
  rules: { 'zh-CN': () => import('./rules.zh-CN.json'), 'en-US': () => import('./rules.en-US.json') },
  grants: { 'zh-CN': () => import('./grants.zh-CN.json'), 'en-US': () => import('./grants.en-US.json') },
  health: { 'zh-CN': () => import('./health.zh-CN.json'), 'en-US': () => import('./health.en-US.json') },
  audit: { 'zh-CN': () => import('./audit.zh-CN.json'), 'en-US': () => import('./audit.en-US.json') },
  explainer: {
    'zh-CN': () => import('./explainer.zh-CN.json'),
    'en-US': () => import('./explainer.en-US.json'),
  },
  snapshots: { 'zh-CN': () => import('./snapshots.zh-CN.json'), 'en-US': () => import('./snapshots.en-US.json') },
  statistics: {
    'zh-CN': () => import('./statistics.zh-CN.json'),
    'en-US': () => import('./statistics.en-US.json'),
  },
  streams: { 'zh-CN': () => import('./streams.zh-CN.json'), 'en-US': () => import('./streams.en-US.json') },
} as const satisfies Record<string, Record<Locale, () => Promise<{ default: Partial<Messages> }>>>
const commons = { 'zh-CN': () => import('./zh-CN.json'), 'en-US': () => import('./en-US.json') }

export type Part = keyof typeof parts
type Messages = typeof common &
  typeof agents &
  typeof approvals &
  typeof artifacts &
  typeof cost &
  typeof cron &
  typeof registry &
  typeof kill &
  typeof memory &
  typeof rules &
  typeof grants &
  typeof health &
  typeof audit &
  typeof explainer &
  typeof snapshots &
  typeof statistics &
  typeof streams

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale
    Messages: Messages
  }
}

type Catalogue = { locale: Locale; messages: Partial<Messages> }

const said: Record<Locale, Partial<Messages>> = { 'zh-CN': {}, 'en-US': {} }
const present = new Set<string>()
const wanted = new Set<Part | 'common'>(['common'])
/** The language that is shown, and the one that is on its way; the same but while it is switched. */
let shown = startLocale()
let coming = shown
let catalogue: Catalogue = { locale: shown, messages: {} }
const listeners = new Set<() => void>()

export const currentCatalogue = () => catalogue

export const subscribeToCatalogue = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

const publish = () => {
  catalogue = { locale: shown, messages: said[shown] }
  for (const listener of listeners) listener()
}

const load = async (part: Part | 'common', locale: Locale) => {
  const name = `${part} ${locale}`
  if (present.has(name)) return
  const { default: found } = await (part === 'common' ? commons[locale]() : parts[part][locale]())
  if (present.has(name)) return
  present.add(name)
  said[locale] = { ...said[locale], ...found }
  if (locale === shown) publish()
}

/** Loads what the open pages say in this language, and only then shows it; nothing is reloaded, forms keep their text. */
export const switchLocale = async (locale: Locale) => {
  coming = locale
  await Promise.all([...wanted].map((part) => load(part, locale)))
  if (coming !== locale) return
  shown = locale
  publish()
}

/** Changes the language in place, and for the next visits. */
export const chooseLocale = async (locale: Locale) => {
  await switchLocale(locale)
  keepLocale(locale)
}

/** A page's module once its parts of the catalogue are there as well. */
export const withMessages = async <M>(module: Promise<M>, ...names: [Part, ...Part[]]): Promise<M> => {
  for (const name of names) wanted.add(name)
  const languages = new Set([shown, coming])
  const loads = [...languages].flatMap((locale) => names.map((name) => load(name, locale)))
  const [page] = await Promise.all([module, ...loads])
  return page
}
