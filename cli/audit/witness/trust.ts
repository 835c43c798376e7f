import { type NoteKey, parseVerifierKey, signatureTypes } from '../../../tlog/note.ts'
import { refusalOf, send } from '../../api/request.ts'
import { Session } from '../../api/session.ts'
import { usage } from '../../output/failure.ts'
import type { WitnessFolder } from './state.ts'

/**
 * The keys of the logs to be cosigned. A verifier key is taken as it is; the URL of a log (`…/audit/log`, whose `vkey` tells
 * its keys) is asked once, and what it said then is kept: a log cannot change its keys behind a witness's back.
 */
export async function trustedKeys(
  folder: WitnessFolder,
  logs: string[],
  tell: (line: string) => void,
): Promise<NoteKey[]> {
  const keys: NoteKey[] = []
  for (const log of logs) {
    const isUrl = /^https?:\/\//.test(log)
    const pinned = isUrl ? await folder.pinned(log) : null
    const vkeys = isUrl ? (pinned ?? (await fetchKeys(log))) : [log]
    const read = vkeys.map((vkey) => {
      const key = parseVerifierKey(vkey)
      if (key?.type !== signatureTypes.ed25519) throw usage(`${vkey} is no verifier key of a log.`)
      return key
    })
    if (isUrl && !pinned) await folder.pin(log, vkeys)
    for (const vkey of vkeys) tell(`${isUrl && !pinned ? 'trusting from now on' : 'trusting'} ${vkey}`)
    keys.push(...read)
  }
  return keys
}

/** The session's credentials go to its own server alone. */
const fetchKeys = async (log: string): Promise<string[]> => {
  const url = new URL(`${log.replace(/\/+$/, '')}/vkey`)
  const session = await Session.open(process.env).catch(() => null)
  const isOwn = session !== null && new URL(session.server).origin === url.origin
  const answer = await send(url, isOwn ? { headers: { authorization: await session.authorization() } } : {})
  if (!answer.ok) throw await refusalOf(answer)
  return (await answer.text()).split('\n').filter(Boolean)
}
