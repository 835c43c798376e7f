/** Ends the closing handshake that the other side began: without our part a client waits for it until it times out. */
export const closeBack = (socket: WebSocket): void => {
  try {
    socket.close(1000, 'goodbye')
  } catch {
    // The socket broke off without a handshake: nobody is there to answer.
  }
}
