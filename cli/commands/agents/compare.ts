import { InvalidArgumentError } from 'commander'
import { AgentComparison, type ExplainedDifference } from '../../../worker/features/agents/explain/api/contract.ts'
import type { Session } from '../../api/session.ts'
import { usage } from '../../output/failure.ts'
import { plain, print } from '../../output/output.ts'
import { noteAge, pathOf } from './path.ts'

type Sides = { with: string | undefined; from: string | undefined; to: string | undefined }

/** The number of a version, or what stands at the gateway now. */
export const moment = (text: string): string => {
  if (text === 'live' || /^[1-9]\d*$/.test(text)) return text
  throw new InvalidArgumentError('It must be the number of a version, or live.')
}

/** An agent beside another one, or beside itself at another moment; null when neither was asked for. */
export async function comparisonOf(
  session: Session,
  id: string,
  { with: other, from, to }: Sides,
  circumstances: Record<string, string | number | undefined>,
): Promise<AgentComparison | null> {
  if (other === undefined && from === undefined && to === undefined) return null
  if (other !== undefined && (from ?? to) !== undefined)
    throw usage('Either another agent (--with) or two moments (--from, --to).')
  if (other !== undefined) {
    const compared = await session.get(`${pathOf(id)}/effective/difference`, AgentComparison, { with: other })
    noteAge(compared.freshness.one)
    noteAge(compared.freshness.other)
    return compared
  }
  if (from === undefined) throw usage('Name the version that it is compared with: --from.')
  const asked = { ...circumstances, from, to: to ?? 'live' }
  const compared = await session.get(`${pathOf(id)}/effective/moments`, AgentComparison, asked)
  noteAge(compared.freshness.one)
  return compared
}

export const inShort = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

export function showDifference({ gained, lost, settings, findings }: ExplainedDifference): void {
  const lines = [
    ...gained.map(({ name, decidedBy }) => `+ ${name}  (was withheld by ${decidedBy ?? 'nothing'})`),
    ...lost.map(({ name, decidedBy }) => `- ${name}  (withheld by ${decidedBy ?? 'nothing'})`),
    ...settings.map(({ name, before, after }) => `~ ${name}: ${inShort(before?.value)} → ${inShort(after?.value)}`),
    ...findings.appeared.map(({ code, paths }) => `! ${code}  ${paths.join(', ')}`),
    ...findings.gone.map(({ code, paths }) => `✓ ${code}  ${paths.join(', ')}`),
  ]
  print(lines.length === 0 ? 'No difference.' : lines.map(plain).join('\n'))
}
