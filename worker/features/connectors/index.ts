export { connectorsAtAGlance, showConnector } from './list.ts'
export {
  connectorBrokeProtocol,
  connectorCameOnline,
  connectorContext,
  connectorWentOffline,
  gatewayStateChanged,
} from './session.ts'
