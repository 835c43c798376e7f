import type { WitnessStatus } from '../../../../durable-objects/audit-log/witnesses/rpc.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { isoOrNull } from '../../../platform/time.ts'
import { logOf } from '../log/read.ts'
import type { Witness, Witnesses } from './contract.ts'

/** Who cosigns the organization's log, and how far each has come. */
export const listWitnesses = async (ctx: OrganizationContext): Promise<Witnesses> => {
  const { witnesses, ...list } = await (await logOf(ctx)).witnesses()
  return { ...list, items: witnesses.map((witness) => viewWitness(witness, list.size)) }
}

/** `size`: of the newest checkpoint. */
export const viewWitness = ({ nextAt: _, cosignedAt, triedAt, ...witness }: WitnessStatus, size: number): Witness => ({
  ...witness,
  lag: Math.max(0, size - witness.size),
  cosignedAt: isoOrNull(cosignedAt),
  triedAt: isoOrNull(triedAt),
})
