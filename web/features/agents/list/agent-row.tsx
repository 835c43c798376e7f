import { Link } from '@tanstack/react-router'
import { MoreHorizontal, Pencil, Trash2 } from 'lucide-react'
import type { Agent } from '../../../../worker/features/agents/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Chip } from '../../../ui/badge.tsx'
import { Menu, MenuDivider, MenuItem } from '../../../ui/menu.tsx'
import { Ago } from '../../../ui/time.tsx'
import { HealthDot } from '../../health/health-dot.tsx'
import { AgentState } from '../agent-state.tsx'
import { nameOf } from './name-of.ts'

export const columns =
  'md:grid md:grid-cols-[minmax(150px,1.7fr)_minmax(104px,0.9fr)_minmax(88px,0.8fr)_minmax(96px,1.1fr)_minmax(90px,1fr)_minmax(84px,1fr)_44px_84px_32px] md:gap-x-3'

interface Props {
  agent: Agent
  /** Only for who may change it. */
  acts: { describe: () => void; remove: () => void } | null
  chooseTag: (tag: string) => void
}

/** The whole row leads to the agent; tags and the menu lie above the link. */
export function AgentRow({ agent, acts, chooseTag }: Props) {
  const t = useT()
  const name = nameOf(agent)
  return (
    <li
      className={`relative flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5 hover:bg-sunken md:min-h-11 md:py-1.5 ${columns}`}
    >
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 max-md:basis-full max-md:pr-12">
        <Link
          to="/agents/$id"
          params={{ id: agent.id }}
          className="min-w-0 truncate font-medium after:absolute after:inset-0"
        >
          {name}
        </Link>
        {agent.isDefault ? <Chip>{t('agents.default')}</Chip> : null}
        {agent.control === 'enabled' ? null : (
          <Chip>
            {agent.stop && agent.stop.state !== 'stopped'
              ? t('registry.stopOrdered')
              : t(`registry.controls.${agent.control}`)}
          </Chip>
        )}
        {agent.tags.map((tag) => (
          <button
            key={tag}
            type="button"
            aria-label={t('registry.onlyTag', { tag })}
            className="relative z-1 h-5 max-w-32 truncate rounded-sm bg-sunken px-1.5 text-2xs text-ink-2 hover:text-ink max-md:h-7"
            onClick={() => chooseTag(tag)}
          >
            #{tag}
          </button>
        ))}
      </div>
      <span className="flex min-w-0 truncate">
        <AgentState agent={agent} />
      </span>
      <span className="flex min-w-0 text-xs">
        {agent.state === 'active' ? (
          <HealthDot state={agent.health} causes={agent.healthCauses} isFlapping={agent.isFlapping} />
        ) : null}
      </span>
      <span className="truncate font-mono text-2xs text-ink-2 max-md:basis-full">{agent.model ?? t('state.none')}</span>
      <span className="truncate text-ink-2 max-md:text-2xs">{agent.connectorName}</span>
      <span className="min-w-0 text-2xs text-ink-2 max-md:contents">
        <span className="block truncate">{agent.resourceGroup}</span>
        <span className="block truncate">{agent.owner?.name}</span>
      </span>
      <span
        className={`tnum text-right max-md:text-2xs ${agent.pendingApprovals > 0 ? 'font-medium text-critical' : 'text-ink-3 max-md:hidden'}`}
      >
        <span className={agent.pendingApprovals > 0 ? 'md:sr-only' : 'sr-only'}>{t('agents.column.pending')} </span>
        {agent.pendingApprovals}
      </span>
      <span className="text-right text-2xs text-ink-2 max-md:ml-auto">
        {agent.lastActiveAt ? <Ago at={agent.lastActiveAt} /> : t('agents.never')}
      </span>
      {acts ? (
        <span className="relative z-1 max-md:absolute max-md:top-1 max-md:right-1">
          <Menu
            className="btn btn-quiet btn-icon"
            label={t('registry.actsFor', { name })}
            align="end"
            trigger={<MoreHorizontal size={16} aria-hidden />}
          >
            <MenuItem icon={<Pencil size={15} aria-hidden />} onClick={acts.describe}>
              {t('registry.describe')}
            </MenuItem>
            <MenuDivider />
            <MenuItem icon={<Trash2 size={15} aria-hidden />} onClick={acts.remove}>
              {agent.state === 'removed' ? t('registry.forget') : t('registry.remove')}
            </MenuItem>
          </Menu>
        </span>
      ) : (
        <span className="max-md:hidden" />
      )}
    </li>
  )
}
