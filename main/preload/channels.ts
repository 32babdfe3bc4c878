/** Names of the messages between a page's preload script and the desktop host. */
export const channels = {
  connect: "ebb:connect",
  showMain: "ebb:show-main",
  dismissQuickAsk: "ebb:dismiss-quick-ask",
  shortcut: "ebb:shortcut",
  setShortcut: "ebb:set-shortcut",
  startsAtLogin: "ebb:starts-at-login",
  setStartsAtLogin: "ebb:set-starts-at-login",
  /** From the host: the shortcut's state has changed. */
  shortcutChanged: "ebb:shortcut-changed",
} as const;
