/**
 * Plugins with tools that openclaw 2026.9.6 ships, and which of these say in their manifest of which profiles they are a
 * part. The gateway reads that for runs and tells it to nobody, so of any other plugin it is not known.
 */
const shipped: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> = new Map([
  ...[
    ...['browser', 'canvas', 'file-transfer', 'llm-task', 'memory-wiki', 'ollama', 'onepassword', 'talk-voice'],
    ...['workboard', 'xai'],
  ].map((id) => [id, new Map<string, readonly string[]>()] as const),
  ['crabbox', new Map([['crabbox', ['coding']]])],
  ['memory-core', new Map([['intent', ['coding', 'messaging']]])],
])

/** The profiles that a tool of a plugin declares; empty for none, null where the plugin is not one of the gateway's own. */
export const shippedProfiles = (pluginId: string, tool: string): readonly string[] | null => {
  const plugin = shipped.get(pluginId)
  return plugin ? (plugin.get(tool) ?? []) : null
}
