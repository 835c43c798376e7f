/** Where the Worker answers; everything else is the UI's. The same as `run_worker_first` in wrangler.toml. */
export const ownPaths = ['/api', '/api/*', '/connect', '/health', '/.well-known/*'] as const

export const isOwnPath = (path: string): boolean =>
  ownPaths.some((own) => (own.endsWith('/*') ? path.startsWith(own.slice(0, -1)) : path === own))
