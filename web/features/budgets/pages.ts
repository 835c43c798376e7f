/** One chunk: whoever sees a list of budgets opens one next. */
export { BudgetPage } from './one/budget-page.tsx'
export { BudgetsPage } from './overview/budgets-page.tsx'
