import { useT } from '../i18n/use-t.ts'

/** What stands in for a page that threw: the rest of the app goes on. */
export function Crash({ reset }: { reset: () => void }) {
  const t = useT()
  return (
    <main role="alert" className="grid min-h-[60dvh] place-items-center px-6 text-center">
      <div>
        <h1 className="text-xl font-semibold">{t('crash.title')}</h1>
        <p className="mt-1 text-ink-2">{t('crash.body')}</p>
        <div className="mt-5 flex justify-center gap-2">
          <button type="button" className="btn" onClick={reset}>
            {t('state.retry')}
          </button>
          <button type="button" className="btn btn-primary" onClick={() => location.reload()}>
            {t('crash.reload')}
          </button>
        </div>
      </div>
    </main>
  )
}
