import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CirclePause, CirclePlay, Ellipsis, RefreshCw, Stethoscope } from 'lucide-react'
import { useState } from 'react'
import { type Agent, AgentSync } from '../../../../worker/features/agents/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Menu, MenuItem } from '../../../ui/menu.tsx'
import { toast } from '../../../ui/toast.tsx'
import { useProblemText } from '../../../use-problem.ts'
import { atGatewayKey } from '../at-gateway.ts'
import { useEditingBar } from '../use-editing.ts'
import { DisableDialog, EnableDialog } from './control-dialogs.tsx'
import { TestDialog } from './test-dialog.tsx'

/** What can be done to an agent as a whole. */
export function AgentActs({ agent }: { agent: Agent }) {
  const t = useT()
  const queryClient = useQueryClient()
  const problemText = useProblemText()
  const [open, setOpen] = useState<'test' | 'disable' | 'enable' | null>(null)
  const may = useCan('agents.write')
  const bar = useEditingBar(agent)
  const sync = useMutation({
    mutationFn: () => request(AgentSync, `/agents/${agent.id}/sync`, { method: 'POST', body: {} }),
    onSuccess: async ({ parts }) => {
      const failed = parts.filter(({ ok }) => !ok).length
      toast({ text: t('agent.sync.done', { failed }), ...(failed > 0 ? { tone: 'bad' as const } : {}) })
      await queryClient.invalidateQueries({ queryKey: atGatewayKey(agent.id) })
    },
    onError: (error) => toast({ text: problemText(error), tone: 'bad' }),
  })
  if (!may) return null
  const isAway = bar === 'connector' || bar === 'removed'
  const close = () => setOpen(null)
  return (
    <>
      <button
        type="button"
        className="btn"
        disabled={isAway || sync.isPending}
        title={isAway ? t(`agent.locked.${bar}`) : undefined}
        onClick={() => sync.mutate()}
      >
        <RefreshCw size={14} aria-hidden className={sync.isPending ? 'animate-spin' : ''} />
        {sync.isPending ? t('agent.sync.running') : t('agent.sync.now')}
      </button>
      <Menu label={t('agent.more')} className="btn btn-icon" align="end" trigger={<Ellipsis size={16} aria-hidden />}>
        <MenuItem icon={<Stethoscope size={15} aria-hidden />} onClick={() => setOpen('test')}>
          {t('agent.test.run')}
        </MenuItem>
        {agent.control === 'disabled' ? (
          <MenuItem icon={<CirclePlay size={15} aria-hidden />} onClick={() => setOpen('enable')}>
            {t('agent.control.enable')}
          </MenuItem>
        ) : (
          <MenuItem icon={<CirclePause size={15} aria-hidden />} onClick={() => setOpen('disable')}>
            {t('agent.control.disable')}
          </MenuItem>
        )}
      </Menu>
      <TestDialog agent={agent} open={open === 'test'} close={close} />
      <DisableDialog agent={agent} bar={bar} open={open === 'disable'} close={close} />
      <EnableDialog agent={agent} bar={bar} open={open === 'enable'} close={close} />
    </>
  )
}
