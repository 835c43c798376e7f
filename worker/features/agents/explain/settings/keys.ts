const words = (text: string): string[] => text.trim().split(/\s+/)

/** Keys of an agent's entry that openclaw 2026.9.6 knows. */
export const agentKeys: ReadonlySet<string> = new Set(
  words(`name description workspace cwd agentDir model utilityModel decisionModel models modelPolicy thinkingDefault
    verboseDefault toolProgressDetail reasoningDefault fastModeDefault contextInjection bootstrapMaxChars
    bootstrapTotalMaxChars experimental skills subagents embeddedAgent params runtime memory humanDelay typingMode tts
    skillsLimits contextLimits heartbeat identity groupChat sandbox tools default agentRuntime`),
)

/** Keys of `agents.defaults`. */
export const defaultKeys: ReadonlySet<string> = new Set(
  words(`params model modelSelectionScope utilityModel decisionModel imageModel mediaModels voiceModel pdfModel pdfMaxMb
    pdfMaxPages models modelPolicy workspace cwd skills silentReply repoRoot skipBootstrap skipOptionalBootstrapFiles
    contextInjection bootstrapMaxChars bootstrapTotalMaxChars experimental userTimezone startupContext contextPruning
    compaction embeddedAgent thinkingDefault fastModeDefault verboseDefault toolProgressDetail reasoningDefault
    elevatedDefault blockStreamingDefault blockStreamingBreak timeoutSeconds mediaMaxMb imageMaxDimensionPx imageQuality
    typingIntervalSeconds systemAgent authInheritance sessionStore maxConcurrent subagents contextLimits
    blockStreamingChunk blockStreamingCoalesce humanDelay typingMode heartbeat sandbox`),
)

/** Keys of `tools` that an agent may set for itself; the policy lists among them are explained step by step instead. */
export const toolKeys: ReadonlySet<string> = new Set(
  words('profile codeMode swarm elevated exec github fs loopDetection message'),
)
export const policyKeys: ReadonlySet<string> = new Set(
  words('allow alsoAllow deny byProvider toolsBySender sandbox subagents'),
)

/** Sections whose fields are taken one by one from the agent and then from below; others are replaced as a whole. */
export const mergedSections: ReadonlySet<string> = new Set(
  words('heartbeat sandbox contextLimits experimental subagents exec fs'),
)

/** Settings of all agents together, or that belong to an agent alone. */
export const onlyDefaults: ReadonlySet<string> = new Set(words('systemAgent authInheritance sessionStore'))

/** What the gateway does where nothing is said. */
export const builtInValues: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['heartbeat.every', '30m'],
  ['heartbeat.target', 'owner'],
  ['sandbox.mode', 'off'],
  ['sandbox.backend', 'docker'],
  ['sandbox.workspaceAccess', 'none'],
  ['subagents.maxSpawnDepth', 5],
  ['subagents.maxChildrenPerAgent', 5],
  ['subagents.maxConcurrent', 8],
  ['subagents.archiveAfterMinutes', 60],
  ['maxConcurrent', 8],
  ['compaction.mode', 'safeguard'],
])

/** What the gateway puts in place of a secret when it is asked for its configuration. */
export const redacted = '__OPENCLAW_REDACTED__'
