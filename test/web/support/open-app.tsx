import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { vi } from 'vitest'
import { switchLocale } from '../../../web/i18n/catalogue.ts'
import { LocaleProvider } from '../../../web/i18n/locale-provider.tsx'
import { createAppRouter } from '../../../web/routes/router.ts'
import { acting } from './acting.ts'
import { csrfCookie } from './cookie.ts'
import type { FakeServer } from './fake-server.ts'
import { until } from './until.ts'

/** The whole app, in English, at `path`, against `server`. `close` takes it down again. */
export const openApp = async (path: string, server: FakeServer) => {
  vi.stubGlobal('fetch', server.fetch)
  csrfCookie('token-of-the-test')
  const container = document.createElement('div')
  document.body.append(container)
  const root = createRoot(container)
  const router = createAppRouter(createMemoryHistory({ initialEntries: [path] }))
  await Promise.all([switchLocale('en-US'), router.load()])
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  await acting(() =>
    root.render(
      <QueryClientProvider client={queryClient}>
        <LocaleProvider>
          <RouterProvider router={router} />
        </LocaleProvider>
      </QueryClientProvider>,
    ),
  )
  const close = async () => {
    await acting(() => root.unmount())
    queryClient.clear()
    container.remove()
    csrfCookie(null)
  }
  return { container, close }
}

export const press = (key: string, target: EventTarget = document.body) =>
  acting(() => {
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  })

type Found = Element | null | undefined

/** Clicks what is there; what is looked for by a function is waited for, until it can be clicked. */
export const click = async (wanted: Found | (() => Found)) => {
  const element = typeof wanted === 'function' ? await until(() => usable(wanted())) : wanted
  await acting(() => {
    element?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
  })
}

const usable = (element: Found) => (element?.matches(':disabled') ? null : element)

/** The button whose visible words begin so. */
export const button = (words: string) =>
  [...document.querySelectorAll('button')].find((one) => one.textContent?.trim().startsWith(words))
