/**
 * Where something may begin: behind none of these, or behind a sign that is escaped in a URL (`%3D`), whose last letter
 * belongs to the sign. The source of an expression.
 */
export const behindNone = (units: string): string => `(?:(?<!${units})|(?<=%[0-9A-Fa-f]{2}))`

/** What stands between groups of digits, in text and in a query. The source of an expression. */
export const groupMark = '(?:[ .+\\u00a0\\u202f-]|%20)'
