export const budgetPath = (id: string): string => `/budgets/${encodeURIComponent(id)}`
