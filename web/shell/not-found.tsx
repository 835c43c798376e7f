import { Link } from '@tanstack/react-router'
import { useT } from '../i18n/use-t.ts'
import { useTitle } from '../ui/page.tsx'

export function NotFound() {
  const t = useT()
  useTitle(t('notFound.title'))
  return (
    <main className="grid min-h-[70dvh] place-items-center px-6 text-center">
      <div>
        <p className="font-mono text-2xs text-ink-2">404</p>
        <h1 className="mt-1 text-xl font-semibold">{t('notFound.title')}</h1>
        <p className="mt-1 text-ink-2">{t('notFound.body')}</p>
        <Link to="/" className="btn btn-primary mt-5">
          {t('notFound.home')}
        </Link>
      </div>
    </main>
  )
}
