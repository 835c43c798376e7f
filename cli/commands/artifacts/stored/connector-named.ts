import { Connector } from '../../../../worker/features/connectors/contract.ts'
import type { Session } from '../../../api/session.ts'
import { usage } from '../../../output/failure.ts'
import { listUpTo } from '../../pages.ts'

const connectorsMax = 1_000

/** The connector of this id or name; without one, the only connector that there is. */
export async function connectorNamed(session: Session, named: string | undefined): Promise<Connector> {
  const connectors = await listUpTo(session, '/connectors', Connector, {}, connectorsMax)
  const fits = connectors.filter(({ id, name }) => named === undefined || id === named || name === named)
  const [found, another] = fits
  if (found && !another) return found
  if (named === undefined) throw usage('Say which one with --connector <name or id>.')
  if (another) throw usage(`There are ${fits.length} connectors named ${named}: give the id of one.`)
  throw usage(`There is no connector ${named}.`)
}
