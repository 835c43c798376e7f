import { and, type SQL, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import type { Condition } from '../../../platform/db.ts'
import { prepareOnce } from '../../../platform/prepared.ts'
import { approvals, approvalVotes, type VoteRow } from '../schema.ts'

/** A vote on its way in, with what has to be so still for it to count. */
export interface PlannedVote {
  vote: VoteRow
  /** Of the approval when the vote was judged: another vote since then, and it has to be judged again. */
  voteCount: number
  /** With this vote the decision is made. */
  completes: boolean
  grantId: string | null
}

const { placeholder } = sql

/** What a batch knows of its votes, one row for each. */
const planned: SQL = sql`json_each(${placeholder('votes')}) p`

const plannedValue = (votes: readonly PlannedVote[]): string =>
  JSON.stringify(
    votes.map(({ vote, voteCount, completes, grantId }) => ({
      ...vote,
      assertion: vote.assertion === null ? null : JSON.stringify(vote.assertion),
      voteCount,
      completes: completes ? 1 : 0,
      grantId,
    })),
  )

const of = (name: keyof VoteRow | 'voteCount' | 'completes' | 'grantId'): SQL =>
  sql`p.value ->> ${sql.raw(`'${name}'`)}`

/**
 * Takes votes in, each only while its approval is still pending and in time, is what was shown, and nobody else has voted
 * since: of two who race, the second inserts no row. Answers the ids of those that count.
 */
export const castStatement = (
  { db, organizationId }: OrganizationContext,
  votes: readonly PlannedVote[],
  now: number,
) => cast(db, { organizationId, votes: plannedValue(votes), now })

const cast = prepareOnce<{ organizationId: string; votes: string; now: number }, { id: string }[]>((db) =>
  db
    .insert(approvalVotes)
    .select(
      sql`select ${of('id')}, a.organization_id, a.id, ${of('userId')}, ${of('role')}, ${of('byKind')}, ${of('byId')},
          ${of('byName')}, ${of('outcome')}, ${of('reason')}, ${of('digest')}, ${of('assertion')}, ${of('at')}
        from ${planned} join ${approvals} a on a.id = ${of('approvalId')}
        where a.organization_id = ${placeholder('organizationId')} and a.state = 'pending'
          and a.expires_at > ${placeholder('now')} and a.digest = ${of('digest')} and a.vote_count = ${of('voteCount')}`,
    )
    .onConflictDoNothing()
    .returning({ id: approvalVotes.id }),
)

/** Within the batch: holds for the id of a vote that counts. */
export const isCast = (voteId: SQL): Condition => sql`exists (select 1 from ${approvalVotes} where id = ${voteId})`

/** Behind `castStatement`: counts the votes that were taken in, and decides what they complete. */
export const countStatement = ({ db }: OrganizationContext, votes: readonly PlannedVote[]) =>
  count(db, { votes: plannedValue(votes) })

const decided = (name: Parameters<typeof of>[0], column: string) =>
  sql`iif(${of('completes')}, ${of(name)}, ${sql.raw(`"approvals"."${column}"`)})`

const count = prepareOnce<{ votes: string }, D1Result>((db) =>
  db
    .update(approvals)
    .set({
      voteCount: sql`"approvals"."vote_count" + 1`,
      state: sql`iif(${of('completes')}, 'decided', "approvals"."state")`,
      outcome: decided('outcome', 'outcome'),
      decidedByKind: decided('byKind', 'decided_by_kind'),
      decidedById: decided('byId', 'decided_by_id'),
      decidedByName: decided('byName', 'decided_by_name'),
      reason: decided('reason', 'reason'),
      decidedAt: decided('at', 'decided_at'),
      grantId: decided('grantId', 'grant_id'),
    })
    .from(planned)
    .where(and(sql`"approvals"."id" = ${of('approvalId')}`, isCast(of('id')))),
)
