import { useQuery } from '@tanstack/react-query'
import { useT } from '../../../../i18n/use-t.ts'
import { Section } from '../../../../ui/page.tsx'
import { toolsQuery } from '../../at-gateway.ts'
import { useAgent } from '../agent-context.ts'
import { ConfigGate } from '../config-gate.tsx'
import { ByProvider } from './by-provider.tsx'
import { Catalogue } from './catalogue.tsx'
import { wordsOf } from './policy.ts'
import { PolicyFields } from './policy-fields.tsx'

/** Which tools an agent is given: its policy, and against it the gateway's own catalogue. */
export function AgentToolsTab() {
  const t = useT()
  const agent = useAgent()
  const known = useQuery(toolsQuery(agent.id)).data
  const words = known ? wordsOf(known.tools) : []
  return (
    <ConfigGate>
      <div className="grid items-start gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
        <div className="min-w-0 space-y-8">
          <Section title={t('agent.tools.policy')}>
            <PolicyFields at={['tools']} words={words} />
          </Section>
          <ByProvider words={words} />
        </div>
        <Catalogue />
      </div>
    </ConfigGate>
  )
}
