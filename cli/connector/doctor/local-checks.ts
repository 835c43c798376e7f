import { access, constants, statfs } from 'node:fs/promises'
import { commandGroups } from '../../../worker/features/connectors/link/commands/contract.ts'
import type { DiagnoseContext } from './diagnose.ts'
import { type Check, fail, pass, warn } from './step.ts'

const megabyte = 1024 * 1024
/** Below this even the next events find no room. */
const freeLeastMb = 32
const backlogEvents = 10_000

/** What the person at this machine allowed to be asked for. */
export function groupChecks({ groups }: DiagnoseContext): Check[] {
  return [
    {
      name: 'connector.groups',
      remedy: 'groups',
      run: () => {
        const accepted = groups.join(', ')
        const missing = commandGroups.filter((group) => !groups.includes(group))
        if (missing.length === 0) return pass('groups_all', { groups: accepted })
        const params = { groups: accepted, missing: missing.join(', ') }
        // To change nothing from afar is a choice; that nothing can be stopped should be one that somebody knows of.
        return missing.includes('stop') ? warn('groups_missing', params) : pass('groups_missing', params)
      },
    },
  ]
}

/** The journal on this machine's disk, which keeps what the cloud has not acknowledged. */
export function journalChecks({ journal, stateDir, journalBytesMax }: DiagnoseContext): Check[] {
  return [
    {
      name: 'journal.writable',
      remedy: 'journal',
      run: async () => {
        await access(stateDir, constants.W_OK)
        return journal.full
          ? fail('journal_full', { reason: journal.full })
          : pass('folder_writable', { folder: stateDir })
      },
    },
    {
      name: 'journal.disk',
      remedy: 'disk',
      run: async () => {
        const { bavail, bsize } = await statfs(stateDir)
        const free = Math.floor((bavail * bsize) / megabyte)
        const needed = Math.ceil(Math.max(0, journalBytesMax - journal.bytes) / megabyte)
        if (free >= needed) return pass('disk_free', { free })
        return free < freeLeastMb ? fail('disk_low', { free, needed }) : warn('disk_low', { free, needed })
      },
    },
    {
      name: 'journal.backlog',
      remedy: 'backlog',
      run: () => {
        const params = { events: journal.next - journal.firstUnacknowledged, bytes: journal.bytes }
        const isLong = journal.bytes > journalBytesMax / 2 || params.events > backlogEvents
        return isLong ? warn('backlog', params) : pass('backlog', params)
      },
    },
  ]
}
