import { useQuery } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { Filter } from '../../../ui/field.tsx'
import { agentModelsQuery } from '../queries.ts'
import { conversationKinds, type ExplainerSearch, kindOf, senderOf, senders } from '../search.ts'

const names = ['kind', 'session', 'channel', 'group', 'depth', 'sender', 'as', 'model'] as const
const cleared: ExplainerSearch = Object.fromEntries(names.map((name) => [name, '']))

/** For which conversation, sender and model the agent is explained. What is chosen stands in the address. */
export function SituationBar(props: {
  agentId: string
  sessionKey: string
  search: ExplainerSearch
  change: (change: ExplainerSearch) => void
}) {
  const t = useT()
  const { search, change } = props
  const kind = kindOf(search)
  const sender = kind === 'subagent' ? 'owner' : senderOf(search)
  const models = useQuery(agentModelsQuery(props.agentId)).data?.models ?? []
  const isDefault = names.every((name) => !search[name])
  const throughChannel = kind === 'group' || sender !== 'owner'
  return (
    <section aria-label={t('explainer.situation.title')} className="mb-5 rounded-lg border border-line bg-surface p-3">
      <div className="flex flex-wrap items-end gap-x-3 gap-y-2.5">
        <Part name={t('explainer.situation.kind')}>
          <Filter
            label={t('explainer.situation.kind')}
            value={kind}
            onChange={(event) => change({ kind: event.target.value === 'main' ? '' : event.target.value })}
          >
            {conversationKinds.map((each) => (
              <option key={each} value={each}>
                {t(`explainer.situation.kinds.${each}`)}
              </option>
            ))}
          </Filter>
        </Part>
        {kind === 'key' ? (
          <Words
            name={t('explainer.situation.sessionKey')}
            value={search.session}
            wide
            hint={props.sessionKey}
            say={(session) => change({ session })}
          />
        ) : null}
        {kind === 'subagent' ? (
          <Words
            name={t('explainer.situation.depth')}
            value={search.depth}
            hint="1"
            say={(depth) => change({ depth: depth.replace(/\D/g, '').slice(0, 2) })}
          />
        ) : null}
        {kind === 'subagent' ? null : (
          <Part name={t('explainer.situation.sender')}>
            <Filter
              label={t('explainer.situation.sender')}
              value={sender}
              onChange={(event) => change({ sender: event.target.value === 'owner' ? '' : event.target.value })}
            >
              {senders.map((each) => (
                <option key={each} value={each}>
                  {t(`explainer.situation.senders.${each}`)}
                </option>
              ))}
            </Filter>
          </Part>
        )}
        {sender === 'owner' ? null : (
          <Words
            name={t('explainer.situation.as')}
            value={search.as}
            wide
            hint={t('explainer.situation.asHint')}
            say={(as) => change({ as })}
          />
        )}
        {throughChannel ? (
          <Words
            name={t('explainer.situation.channel')}
            value={search.channel}
            hint="telegram"
            say={(channel) => change({ channel })}
          />
        ) : null}
        {kind === 'group' ? (
          <Words
            name={t('explainer.situation.group')}
            value={search.group}
            hint="-100123"
            say={(group) => change({ group })}
          />
        ) : null}
        <Part name={t('explainer.situation.model')}>
          <Filter
            label={t('explainer.situation.model')}
            value={search.model ?? ''}
            onChange={(event) => change({ model: event.target.value })}
          >
            <option value="">{t('explainer.situation.modelDefault')}</option>
            {models.map(({ provider, id }) => (
              <option key={`${provider}/${id}`} value={`${provider}/${id}`}>
                {provider}/{id}
              </option>
            ))}
          </Filter>
        </Part>
        {isDefault ? null : (
          <button type="button" className="btn btn-quiet" onClick={() => change(cleared)}>
            <RotateCcw size={14} aria-hidden />
            {t('explainer.situation.reset')}
          </button>
        )}
        <code className="ml-auto min-w-0 self-center font-mono text-2xs break-all text-ink-3 max-md:basis-full">
          {props.sessionKey}
        </code>
      </div>
    </section>
  )
}

/** The label above is seen; what is below has its own for those who hear it. */
const Part = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex min-w-0 flex-col gap-1 max-md:flex-1 max-md:basis-[45%]">
    <span aria-hidden className="text-2xs text-ink-2">
      {name}
    </span>
    <span className="flex">{children}</span>
  </div>
)

/** Said when it is left or confirmed: each letter would ask the gateway. */
function Words(props: {
  name: string
  value: string | undefined
  hint: string
  wide?: boolean
  say: (value: string) => void
}) {
  const [written, setWritten] = useState(props.value ?? '')
  const say = () => {
    if (written.trim() !== (props.value ?? '')) props.say(written.trim())
  }
  return (
    <Part name={props.name}>
      <input
        aria-label={props.name}
        className={`field h-8 px-2 text-xs max-md:h-11 max-md:w-full ${props.wide ? 'md:w-60' : 'md:w-32'}`}
        placeholder={props.hint}
        maxLength={200}
        value={written}
        onChange={(event) => setWritten(event.target.value)}
        onBlur={say}
        onKeyDown={(event) => {
          if (event.key === 'Enter') say()
        }}
      />
    </Part>
  )
}
