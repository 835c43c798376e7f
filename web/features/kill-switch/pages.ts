/** One chunk: whoever orders a stop sees its page next. */
export { OrderPage } from './order/order-page.tsx'
export { KillSwitchPage } from './overview/kill-switch-page.tsx'
