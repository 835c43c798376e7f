/** The CSRF token of the session, from the one cookie that scripts may read; empty when there is no session. */
export const csrfToken = () => decodeURIComponent(/(?:^|;\s*)cb_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '')

/** Whether this browser has a session, as far as can be told without asking. */
export const hasSession = () => csrfToken() !== ''
