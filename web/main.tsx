import './style.css'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { config } from 'zod/v4/core'
import { ApiError, isSignedOut } from './api-error.ts'
import { switchLocale } from './i18n/catalogue.ts'
import { startLocale } from './i18n/locale.ts'
import { LocaleProvider } from './i18n/locale-provider.tsx'
import { createAppRouter } from './routes/router.ts'

// Otherwise zod tries whether it may compile code, which the content security policy refuses and reports. It must be
// known before any contract is evaluated, so it stands here and not beside the parsing.
config({ jitless: true })

const router = createAppRouter()

const isDoor = () => router.state.matches.some((match) => match.routeId === '/door')

const leaveWhenSignedOut = async (error: unknown) => {
  if (!isSignedOut(error) || isDoor()) return
  await router.navigate({ to: '/sign-in', search: { next: location.pathname + location.search } })
  queryClient.clear()
}

/** Why a gateway is away for longer than anybody waits before a page: `awayCauses` of the API. */
const away: readonly unknown[] = ['never_connected', 'connector_offline', 'connector_paused', 'gateway_away']

/** Only what may pass by itself is tried again: no answer, an overloaded server. */
const maySucceedLater = (error: unknown) =>
  error instanceof ApiError &&
  (error.code === 'network' || (error.code === 'unavailable' && !away.includes(error.context.because)))

const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => void leaveWhenSignedOut(error) }),
  mutationCache: new MutationCache({ onError: (error) => void leaveWhenSignedOut(error) }),
  defaultOptions: { queries: { staleTime: 15_000, retry: (count, error) => count < 2 && maySucceedLater(error) } },
})

await Promise.all([switchLocale(startLocale()), router.load()])
const container = document.getElementById('root')
if (container)
  createRoot(container).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <LocaleProvider>
          <RouterProvider router={router} />
        </LocaleProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
