/** Names that the gateway's configuration gives to its fields, and that have a word in the catalogue. */
export const fieldNames = [
  ...(['name', 'description', 'identity', 'theme', 'emoji', 'avatar', 'default', 'tts', 'humanDelay'] as const),
  ...(['typingMode', 'model', 'primary', 'fallbacks', 'utilityModel', 'decisionModel', 'models', 'alias'] as const),
  ...(['params', 'modelPolicy', 'allow', 'thinkingDefault', 'verboseDefault', 'reasoningDefault'] as const),
  ...(['fastModeDefault', 'contextInjection', 'contextLimits', 'runtime', 'agentRuntime', 'temperature'] as const),
  ...([
    'subagents',
    'allowAgents',
    'requireAgentId',
    'delegationMode',
    'thinking',
    'sandbox',
    'mode',
    'scope',
  ] as const),
  ...(['backend', 'workspaceAccess', 'workspaceRoot', 'docker', 'image', 'network', 'user', 'env', 'binds'] as const),
  ...(['ssh', 'browser', 'tools', 'profile', 'alsoAllow', 'deny', 'byProvider', 'toolsBySender'] as const),
  ...(['elevated', 'enabled', 'allowFrom', 'exec', 'host', 'security', 'ask', 'node', 'safeBins'] as const),
  ...(['timeoutSeconds', 'fs', 'workspaceOnly', 'github', 'message', 'loopDetection', 'skills'] as const),
  ...(['skillsLimits', 'groupChat', 'mentionPatterns', 'historyLimit', 'heartbeat', 'every', 'activeHours'] as const),
  ...(['start', 'end', 'timezone', 'target', 'to', 'prompt', 'session', 'workspace', 'cwd', 'agentDir'] as const),
  ...(['memory', 'search', 'provider', 'remote', 'baseUrl', 'apiKey', 'headers', 'bindings', 'match'] as const),
  ...(['channel', 'accountId', 'peer', 'agentId', 'meta', 'version', 'plugins', 'token', 'password'] as const),
] as const
export type FieldName = (typeof fieldNames)[number]

const known: ReadonlySet<string> = new Set(fieldNames)
export const isFieldName = (name: string): name is FieldName => known.has(name)
