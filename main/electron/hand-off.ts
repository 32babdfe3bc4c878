import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type WebContents } from "electron";
import { z } from "zod";
import { accelerator, route, type ShortcutState } from "../../app/contract/desktop.ts";
import { desktopMessages } from "../../app/contract/desktop-messages.ts";
import { channels } from "../preload/channels.ts";
import type { Caller, EngineProcess } from "./engine-process.ts";
import type { LoginItem } from "./login-item.ts";
import { pageOrigin } from "./page-address.ts";

export type HandOff = {
  engine: EngineProcess;
  /** True for the pages that Ebb has opened itself. */
  isPage: (contents: WebContents) => boolean;
  showMain: (route: string) => void;
  dismissQuickAsk: (contents: WebContents) => void;
  shortcut: () => ShortcutState;
  setShortcut: (accelerator: string | null) => ShortcutState;
  loginItem: LoginItem;
};

/** Answers the preload scripts of Ebb's own pages; whatever comes from elsewhere, or malformed, is dropped unanswered. */
export function answerPages(handOff: HandOff): void {
  const { engine } = handOff;
  const isOurs = ({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean =>
    // A frame that has gone elsewhere meanwhile is null; one inside of a page is none of Ebb's.
    senderFrame !== null && senderFrame.parent === null && senderFrame.origin === pageOrigin && handOff.isPage(sender);

  const on = <T>(channel: string, schema: z.ZodType<T>, act: (value: T, contents: WebContents) => void): void => {
    ipcMain.on(channel, (event, value: unknown) => {
      const parsed = schema.safeParse(value);
      if (parsed.success && isOurs(event)) act(parsed.data, event.sender);
    });
  };
  const answer = <T>(channel: string, schema: z.ZodType<T>, act: (value: T) => unknown): void => {
    ipcMain.handle(channel, (event, value: unknown) => {
      const parsed = schema.safeParse(value);
      if (!parsed.success || !isOurs(event)) throw new Error("Refused");
      return act(parsed.data);
    });
  };

  // One caller a page, however often it was loaded, so that each hears once what becomes of its line.
  const callers = new WeakMap<WebContents, Caller>();
  on(channels.connect, z.boolean(), (again, contents) => {
    const caller = callers.get(contents) ?? callerOf(contents);
    callers.set(contents, caller);
    if (again) engine.again();
    engine.connect(caller);
  });
  on(channels.showMain, route, (view) => handOff.showMain(view));
  on(channels.dismissQuickAsk, z.undefined(), (_nothing, contents) => handOff.dismissQuickAsk(contents));
  answer(channels.shortcut, z.undefined(), () => handOff.shortcut());
  answer(channels.setShortcut, accelerator.nullable(), (keys) => handOff.setShortcut(keys));
  answer(channels.startsAtLogin, z.undefined(), () => handOff.loginItem.state());
  answer(channels.setStartsAtLogin, z.boolean(), (on) => handOff.loginItem.set(on));
}

/** A page as the engine's supervisor knows it. */
function callerOf(contents: WebContents): Caller {
  const send = (message: string): void => {
    if (!contents.isDestroyed()) contents.send(message);
  };
  return {
    port: (port) => {
      if (contents.isDestroyed()) port.close();
      else contents.postMessage(desktopMessages.port, null, [port]);
    },
    lost: () => send(desktopMessages.lost),
    stopped: () => send(desktopMessages.stopped),
  };
}
