import { hex, parseVerifierKey } from '../../../tlog/note.ts'
import { witnessesMax } from '../../../worker/features/audit/witnesses/contract.ts'
import type { WitnessChange, WitnessChanged } from './rpc.ts'
import {
  allWitnesses,
  deleteWitness,
  findWitness,
  insertWitness,
  quorumOf,
  setQuorum,
  updateWitness,
  witnessOfKey,
} from './store.ts'

/** Makes a change that may be made. Runs inside a transaction, and has written nothing unless it answers `done`. */
export const changeWitnesses = (sql: SqlStorage, change: WitnessChange): WitnessChanged => {
  const before = 'id' in change ? findWitness(sql, change.id) : null
  if ((change.kind === 'update' || change.kind === 'remove') && !before) return 'not_found'
  const enabled = allWitnesses(sql).filter((witness) => witness.enabled)
  if (change.kind === 'quorum') {
    if (change.quorum === quorumOf(sql)) return 'same'
    if (change.quorum > enabled.length) return 'quorum'
    setQuorum(sql, change.quorum)
    return 'done'
  }
  const others = enabled.filter(({ id }) => id !== change.id).length
  const left = others + (change.kind !== 'remove' && change.enabled ? 1 : 0)
  if (change.kind !== 'add' && left < quorumOf(sql)) return 'quorum'
  if (change.kind === 'remove') {
    deleteWitness(sql, change.id)
    return 'done'
  }
  const key = keyOf(change.vkey)
  const holder = witnessOfKey(sql, key)
  if (holder !== null && holder !== change.id) return 'known_key'
  if (change.kind === 'add') {
    if (before) return 'same'
    if (allWitnesses(sql).length >= witnessesMax) return 'too_many'
    insertWitness(sql, change, key)
    return 'done'
  }
  if (before && isSame(before, change)) return 'same'
  updateWitness(sql, change, key)
  return 'done'
}

type Settings = Pick<WitnessChange & { kind: 'add' }, 'name' | 'url' | 'vkey' | 'enabled'>

const isSame = (a: Settings, b: Settings): boolean =>
  a.name === b.name && a.url === b.url && a.vkey === b.vkey && a.enabled === b.enabled

const keyOf = (vkey: string): string => {
  const key = parseVerifierKey(vkey)
  if (!key) throw new Error('not a verifier key')
  return hex(key.publicKey)
}
