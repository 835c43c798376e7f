export const pathOf = (id: string, rest = ''): string => `/cron/jobs/${encodeURIComponent(id)}${rest}`
