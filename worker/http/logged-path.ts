/** Addresses that open something to whoever knows them. */
const keys = /^(\/api\/v1\/audit\/public\/)[^/]+/

/** A request's path as log lines have it: without what would let a reader of logs in. */
export const loggedPath = (path: string): string => path.replace(keys, '$1…')
