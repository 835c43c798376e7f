export { connectorsAtAGlance, showConnector } from './list.ts'
export {
  connectorBrokeProtocol,
  connectorByToken,
  connectorCameOnline,
  connectorContext,
  connectorWentOffline,
  gatewayStateChanged,
} from './session.ts'
