/** Milliseconds since 1970 as the API tells times: ISO 8601, UTC, milliseconds. */
export const iso = (ms: number): string => new Date(ms).toISOString()

/** The same for what may not have happened yet. */
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms))
