import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useParams } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { Agent } from '../../../worker/features/agents/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Chip, Dot } from '../../ui/badge.tsx'
import { Page } from '../../ui/page.tsx'
import { Failed, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { HealthDot } from '../health/health-dot.tsx'
import { AgentStop } from '../kill-switch/agent-stop.tsx'
import { DriftBanner } from '../snapshots/drift/drift-banner.tsx'
import { AgentState } from './agent-state.tsx'
import { DraftBar } from './draft/draft-bar.tsx'
import { DraftContext } from './draft/draft-context.ts'
import { OutcomeLine } from './draft/outcome-line.tsx'
import { useAgentDraft } from './draft/use-agent-draft.ts'
import { useSaving } from './draft/use-saving.ts'
import { EditingNote } from './editing-note.tsx'
import { AgentActs } from './head/agent-acts.tsx'
import { agentQuery } from './queries.ts'
import { AgentContext } from './tabs/agent-context.ts'
import { agentTabs } from './tabs/tabs.ts'

/** What holds for every tab of an agent: who it is, how it is, what can be done to it, and the way to the tabs. */
export function AgentPage() {
  const t = useT()
  const { id } = useParams({ from: '/room/agents/$id' })
  const found = useQuery(agentQuery(id))
  const agent = found.data
  if (!agent)
    return (
      <Page title={t('nav.agents')}>
        {found.isError ? (
          <Failed what={t('agents.oneFailed')} error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Skeleton rows={6} height={44} />
        )}
      </Page>
    )
  return (
    <Page
      title={agent.displayName ?? agent.name}
      lead={<Lead agent={agent} />}
      actions={
        <>
          <AgentStop agent={agent} />
          <AgentActs agent={agent} />
        </>
      }
    >
      <TabStrip id={agent.id} />
      <DriftBanner agent={agent} />
      <AgentContext value={agent}>
        <Editing key={agent.id} agent={agent} />
      </AgentContext>
    </Page>
  )
}

/** The tab that is open, and around it the one draft that all of them work on. */
function Editing({ agent }: { agent: Agent }) {
  const draft = useAgentDraft(agent)
  const saving = useSaving(draft)
  return (
    <DraftContext value={{ draft, saving }}>
      <EditingNote agent={agent} />
      {saving.outcome ? <OutcomeLine change={saving.outcome} dismiss={saving.forget} /> : null}
      <Outlet />
      <DraftBar draft={draft} saving={saving} />
    </DraftContext>
  )
}

function Lead({ agent }: { agent: Agent }) {
  const t = useT()
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <AgentState agent={agent} />
      {agent.state === 'active' ? (
        <HealthDot state={agent.health} causes={agent.healthCauses} isFlapping={agent.isFlapping} />
      ) : null}
      {agent.control === 'disabled' ? (
        <span title={agent.disabledReason ?? undefined}>
          <Dot tone="warn">
            {t('agent.control.disabled')} {agent.disabledAt ? <Ago at={agent.disabledAt} /> : null}
          </Dot>
        </span>
      ) : null}
      {agent.isDefault ? <Chip>{t('agents.default')}</Chip> : null}
      <Link to="/connectors/$id" params={{ id: agent.connectorId }} className="link">
        {agent.connectorName}
      </Link>
      <code className="font-mono text-2xs break-all">{agent.externalId}</code>
    </span>
  )
}

function TabStrip({ id }: { id: string }) {
  const t = useT()
  const { pathname } = useLocation()
  const strip = useRef<HTMLElement>(null)
  // On a phone the strip scrolls sideways within itself: the tab that is open is brought into sight.
  useEffect(() => {
    strip.current?.querySelector(`[href="${pathname}"]`)?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [pathname])
  return (
    <nav
      ref={strip}
      aria-label={t('agent.tabsLabel')}
      className="-mx-4 mb-5 flex overflow-x-auto border-b border-line px-2 [scrollbar-width:none] md:-mx-2.5 md:px-0"
    >
      {agentTabs.map(({ key, to }) => (
        <Link
          key={key}
          to={to}
          params={{ id }}
          activeOptions={{ exact: true, includeSearch: false }}
          className="relative flex h-10 shrink-0 items-center px-2.5 text-xs whitespace-nowrap text-ink-2 hover:text-ink max-md:h-12 max-md:px-3 max-md:text-sm"
          activeProps={{
            className:
              '!text-ink font-medium after:absolute after:inset-x-2 after:bottom-0 after:h-0.5 after:rounded-full after:bg-accent',
          }}
        >
          {t(`agent.tabs.${key}`)}
        </Link>
      ))}
    </nav>
  )
}
