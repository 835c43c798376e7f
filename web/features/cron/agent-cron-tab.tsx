import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Section } from '../../ui/page.tsx'
import { useAgent } from '../agents/tabs/agent-context.ts'
import { JobEditor } from './editor/job-editor.tsx'
import { JobList } from './job-list.tsx'
import { RunList } from './run-list.tsx'

/** The scheduled jobs of one agent, and what of them ran. */
export function AgentCronTab() {
  const t = useT()
  const agent = useAgent()
  const may = useCan('agents.write')
  const [creating, setCreating] = useState(false)
  const create =
    may && agent.state === 'active' ? (
      <button type="button" className="btn" onClick={() => setCreating(true)}>
        <Plus size={15} aria-hidden />
        {t('cron.create')}
      </button>
    ) : null
  return (
    <div className="space-y-8">
      <Section title={t('cron.title')} aside={create}>
        <JobList filter={{ agentId: agent.id }} isNarrowed={false} ofAgent create={create} />
      </Section>
      <Section title={t('cron.runs.recent')}>
        <RunList path="/cron/runs" agentId={agent.id} />
      </Section>
      <Dialog open={creating} onOpenChange={setCreating} title={t('cron.createTitle')} wide>
        <JobEditor agentId={agent.id} close={() => setCreating(false)} />
      </Dialog>
    </div>
  )
}
