import { useLocale } from 'use-intl'
import type { Explanation } from '../../../../worker/features/agents/explain/contract.ts'
import { number, shortMoment } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dot, type Tone } from '../../../ui/badge.tsx'
import { Section } from '../../../ui/page.tsx'
import { Ago } from '../../../ui/time.tsx'
import { RulePath } from '../rule-path.tsx'

type Candidate = Explanation['models'][number]
type Auth = NonNullable<Candidate['auth']>
const tones: Record<string, Tone> = {
  ok: 'good',
  static: 'good',
  expiring: 'warn',
  expired: 'bad',
  missing: 'bad',
  none: 'bad',
}
const states = ['ok', 'static', 'expiring', 'expired', 'missing', 'none'] as const

/** The models that a run tries, one below the other, each with the sign-ins that it would walk through. */
export function Models({ models }: { models: readonly Candidate[] }) {
  const t = useT()
  return (
    <Section title={t('explainer.models.title')}>
      {models.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('explainer.models.none')}</p>
      ) : (
        <ol>
          {models.map((model, index) => (
            <li key={model.ref} className="relative flex gap-3 pb-5 last:pb-0">
              <span
                aria-hidden
                className="absolute top-6 bottom-0 left-[11px] w-px bg-line-2 [li:last-child>&]:hidden"
              />
              <span
                aria-hidden
                className={`tnum relative grid size-6 shrink-0 place-items-center rounded-full text-2xs ${index === 0 ? 'bg-accent text-accent-ink' : 'border border-line-2 bg-canvas text-ink-2'}`}
              >
                {index + 1}
              </span>
              <Model model={model} place={index} />
            </li>
          ))}
        </ol>
      )}
      {models.some(({ auth }) => auth && auth.profiles.length > 0) ? (
        <p className="mt-3 text-2xs text-pretty text-ink-3">{t('explainer.models.noCooldown')}</p>
      ) : null}
    </Section>
  )
}

function Model({ model, place }: { model: Candidate; place: number }) {
  const t = useT()
  const locale = useLocale()
  return (
    <div className="min-w-0 flex-1">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <code className="font-mono text-sm font-medium break-all">{model.ref}</code>
        <span className="text-2xs text-ink-2">
          {model.role === 'primary' ? t('explainer.models.primary') : t('explainer.models.fallback', { number: place })}
        </span>
      </p>
      <p className="mt-0.5 flex flex-wrap items-center gap-x-3 gap-y-0.5 text-2xs text-ink-2">
        {model.contextWindow === null ? null : (
          <span className="tnum">{t('explainer.models.window', { tokens: number(locale, model.contextWindow) })}</span>
        )}
        <RulePath path={model.path} />
      </p>
      {model.auth === null ? (
        <p className="mt-1.5 text-xs text-ink-3">{t('explainer.models.notAsked')}</p>
      ) : (
        <SignIns auth={model.auth} provider={model.provider ?? ''} />
      )}
    </div>
  )
}

function SignIns({ auth, provider }: { auth: Auth; provider: string }) {
  const t = useT()
  const locale = useLocale()
  const percent = new Intl.NumberFormat(locale, { style: 'percent' })
  if (auth.state === 'none' && auth.profiles.length === 0 && !auth.apiKey)
    return <p className="mt-1.5 text-xs text-critical">{t('explainer.models.noAuth', { provider })}</p>
  return (
    <div className="mt-1.5 space-y-1.5 text-xs">
      {auth.apiKey ? (
        <p>
          <Dot tone="good">{keyText(t, auth.apiKey)}</Dot>
        </p>
      ) : null}
      {auth.isOrdered ? <p className="text-2xs text-ink-3">{t('explainer.models.ordered')}</p> : null}
      {auth.profiles.map((profile) => (
        <p key={profile.id} className={`flex flex-wrap items-center gap-x-2 ${profile.isTried ? '' : 'opacity-60'}`}>
          <SignInState state={profile.cooldownUntil ? 'cooling' : profile.state} />
          <code className="font-mono text-2xs break-all">{profile.id}</code>
          <span className="text-2xs text-ink-2">{[profile.kind, profile.reason].filter(Boolean).join(' · ')}</span>
          {profile.isTried ? null : <span className="text-2xs text-ink-3">{t('explainer.models.notTried')}</span>}
          {profile.cooldownUntil ? (
            <span className="tnum text-2xs text-high">
              {t('explainer.models.cooling', { moment: shortMoment(locale, Date.parse(profile.cooldownUntil)) })}
            </span>
          ) : null}
          {profile.expiresAt ? (
            <span className="tnum text-2xs text-ink-2">
              {t('explainer.models.expires', { moment: shortMoment(locale, Date.parse(profile.expiresAt)) })}
            </span>
          ) : null}
          {profile.lastUsedAt ? <Ago at={profile.lastUsedAt} className="text-2xs text-ink-3" /> : null}
        </p>
      ))}
      {auth.windows.map((window) => (
        <div key={window.label} className="flex items-center gap-2 text-2xs text-ink-2">
          <span aria-hidden className="h-1.5 w-24 overflow-hidden rounded-full bg-sunken">
            <span
              className={`block h-full ${window.usedPercent >= 95 ? 'bg-critical' : window.usedPercent >= 80 ? 'bg-medium' : 'bg-chart'}`}
              style={{ width: `${window.usedPercent}%` }}
            />
          </span>
          <span className="tnum">
            {t('explainer.models.usedUp', { label: window.label, percent: percent.format(window.usedPercent / 100) })}
          </span>
          {window.resetAt ? (
            <span className="tnum text-ink-3">
              {t('explainer.models.resets', { moment: shortMoment(locale, Date.parse(window.resetAt)) })}
            </span>
          ) : null}
        </div>
      ))}
    </div>
  )
}

const keyText = (t: ReturnType<typeof useT>, { source, variable }: NonNullable<Auth['apiKey']>): string => {
  if (source === 'config') return t('explainer.models.key.config')
  if (variable) return t('explainer.models.key.env', { variable })
  return t('explainer.models.key.other', { source })
}

function SignInState({ state }: { state: string | null }) {
  const t = useT()
  const known = states.find((each) => each === state)
  return (
    <Dot tone={tones[state ?? 'none'] ?? 'warn'}>
      {known ? t(`explainer.models.state.${known}`) : t('explainer.models.state.other', { state: state ?? '—' })}
    </Dot>
  )
}
