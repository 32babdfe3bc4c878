/** The `type` of the messages that the desktop app's preload script posts to its own window. */
export const desktopMessages = {
  /** Carries one MessagePort to the engine. */
  port: "ebb:port",
  /** The engine behind the last port has ended. */
  lost: "ebb:lost",
  /** The engine stopped too often and is not started again by itself. */
  stopped: "ebb:stopped",
  /** Shows a view: `{type, route}`. */
  route: "ebb:route",
} as const;
