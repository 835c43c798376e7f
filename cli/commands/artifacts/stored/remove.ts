import type { Command } from 'commander'
import { Session } from '../../../api/session.ts'
import { note } from '../../../output/output.ts'
import { agreed } from '../../confirm.ts'

export function registerRemove(artifact: Command): void {
  artifact
    .command('remove')
    .description('delete a stored package for good')
    .argument('<id>', 'its id (art_…)')
    .option('--yes', 'do not ask')
    .action(async (id: string, { yes = false }: { yes?: boolean }) => {
      const session = await Session.open(process.env)
      await agreed(`Delete ${id} for good?`, yes)
      await session.delete(`/artifacts/${encodeURIComponent(id)}`)
      note('Deleted.')
    })
}
