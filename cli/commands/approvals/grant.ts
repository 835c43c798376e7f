import { z } from 'zod'
import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { GrantDraft, type GrantPattern, GrantProposal } from '../../../worker/features/grants/contract.ts'
import type { Session } from '../../api/session.ts'
import { Failure, usage } from '../../output/failure.ts'
import { note, plain } from '../../output/output.ts'
import { agreed, answerOf } from '../confirm.ts'
import { spoken } from '../duration.ts'
import { pathOf } from './path.ts'

export type GrantOptions = {
  json?: boolean
  proposal?: number
  expires?: number
  uses?: number
  atGateway?: boolean
  yes?: boolean
}

const Proposals = z.object({ items: z.array(GrantProposal) })

/** Shows the proposed grants with what each would have covered, and makes one of them: by number, or by asking. */
export async function chooseGrant(session: Session, approval: Approval, options: GrantOptions): Promise<GrantDraft> {
  const { items } = await session.get(`${pathOf(approval.id)}/grant-proposals`, Proposals)
  if (items.length === 0) throw new Failure('No grant can be made of this: it can only be allowed once.')
  if (options.atGateway && !items[0]?.gatewayOffers) throw usage('The gateway does not offer to remember this.')
  for (const [index, proposal] of items.entries()) describe(index + 1, proposal, approval.agentName)
  const number =
    options.proposal ??
    (options.yes || items.length === 1 ? 1 : Number(await answerOf('Which one? ', '--proposal NUMBER')))
  const chosen = items[number - 1]
  if (!chosen) throw usage(`There is no proposal ${number}: give one from 1 to ${items.length}.`)
  const draft = GrantDraft.parse({
    pattern: chosen.pattern,
    ...(options.expires ? { expiresInMs: options.expires } : {}),
    usesMax: options.uses ?? null,
    atGateway: options.atGateway ?? false,
  })
  const uses = draft.usesMax === null ? 'as often as it comes' : `at most ${draft.usesMax} times`
  const gateway = draft.atGateway ? ', and not even asked by the gateway' : ''
  await agreed(
    `Allow ${wordsOf(draft.pattern, approval.agentName)} for ${spoken(draft.expiresInMs)}, ${uses}${gateway}?`,
    options.yes ?? false,
  )
  return draft
}

function describe(number: number, { label, pattern, coverage }: GrantProposal, agentName: string | null): void {
  const { covered, allowed, refused, undecided, byRisk } = coverage
  note(`${number}. ${label.replaceAll('_', ' ')}: ${wordsOf(pattern, agentName)}`)
  note(
    `   in 30 days it would have covered ${covered} (${allowed} allowed, ${refused} refused, ${undecided} undecided by people)`,
  )
  if (byRisk.high + byRisk.critical > 0)
    note(`   ${byRisk.high} of high and ${byRisk.critical} of critical risk among them`)
}

/** What a pattern covers, in one line; with the agent's name where that is known. */
export function wordsOf(pattern: GrantPattern, agentName: string | null = null): string {
  const { command, words, cwd, arguments: given, action, agentId, riskMax } = pattern
  const said = words
    ? `${words.words.map((word) => ('exact' in word ? word.exact : '*')).join(' ')}${words.more ? ' …' : ''}`
    : (command ?? action)
  return plain(
    [
      said,
      given && Object.keys(given).length > 0 ? `with ${JSON.stringify(given)}` : '',
      cwd ? `in ${cwd.path}${cwd.within ? ' and below' : ''}` : '',
      agentId ? `by ${agentName ?? agentId}` : 'by any agent',
      `up to ${riskMax} risk`,
    ]
      .filter(Boolean)
      .join(', '),
  )
}
