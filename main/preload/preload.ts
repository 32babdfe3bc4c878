/**
 * Runs beside every page of the desktop app, in the sandbox: it puts one small object on the window, and passes the engine's
 * port on, which cannot travel through that object.
 */
import { contextBridge, ipcRenderer } from "electron";
import type { DesktopBridge, ShortcutState } from "../../app/contract/desktop.ts";
import { desktopMessages } from "../../app/contract/desktop-messages.ts";
import { channels } from "./channels.ts";

const bridge: DesktopBridge = {
  connect: (again) => ipcRenderer.send(channels.connect, again),
  showMain: (route) => ipcRenderer.send(channels.showMain, route),
  dismissQuickAsk: () => ipcRenderer.send(channels.dismissQuickAsk),
  shortcut: () => ipcRenderer.invoke(channels.shortcut),
  setShortcut: (accelerator) => ipcRenderer.invoke(channels.setShortcut, accelerator),
  startsAtLogin: () => ipcRenderer.invoke(channels.startsAtLogin),
  setStartsAtLogin: (on) => ipcRenderer.invoke(channels.setStartsAtLogin, on),
  onShortcut: (listener) => {
    ipcRenderer.on(channels.shortcutChanged, (_event, state: ShortcutState) => listener(state));
  },
};
contextBridge.exposeInMainWorld("ebb", bridge);

ipcRenderer.on(desktopMessages.port, (event) => {
  window.postMessage({ type: desktopMessages.port }, location.origin, event.ports);
});
for (const type of [desktopMessages.lost, desktopMessages.stopped]) {
  ipcRenderer.on(type, () => window.postMessage({ type }, location.origin));
}
ipcRenderer.on(desktopMessages.route, (_event, route: string) => {
  window.postMessage({ type: desktopMessages.route, route }, location.origin);
});
