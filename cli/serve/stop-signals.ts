/** How a server is told to stop: by whoever supervises it, and by Ctrl+C. */
export const stopSignals = ['SIGTERM', 'SIGINT'] as const
