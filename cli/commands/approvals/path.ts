import type { Approval } from '../../../worker/features/approvals/contract.ts'
import type { Session } from '../../api/session.ts'

export const pathOf = (id: string) => `/approvals/${encodeURIComponent(id)}`

/** What is asked for, in one line; a title says it better than the arguments of a tool. */
export const lineOf = ({ title, command, action, source }: Approval): string =>
  title ?? (source === 'openclaw.exec' ? command : `${action}: ${command}`)

/** Tells that this terminal showed them; whoever may not say so has still seen them. */
export async function toldShown(session: Session, shown: { listed?: string[]; opened?: string[] }): Promise<void> {
  await session.tell('/approvals/shown', shown).catch(() => undefined)
}
