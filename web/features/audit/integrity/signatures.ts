const anyKey = Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 1 : 0))

/** Whether this browser can check Ed25519 signatures: some cannot, and none can on a page that is not secure. */
export const canCheckSignatures = async () => {
  try {
    await crypto.subtle.importKey('raw', anyKey, 'Ed25519', false, ['verify'])
    return true
  } catch {
    return false
  }
}
