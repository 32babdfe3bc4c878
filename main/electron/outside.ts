import { type BrowserWindow, dialog, shell } from "electron";

const schemes = new Set(["http:", "https:", "mailto:"]);
/** More than this many characters of an address are not shown, so that the buttons stay on the screen. */
const shownChars = 600;

/**
 * Opens an address in the user's browser or mail program, once the user has seen it and said yes. Any other scheme could run
 * a program, and is refused without a question.
 */
export async function openOutside(address: string, window: BrowserWindow | null): Promise<boolean> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !schemes.has(url.protocol)) return false;
  const shown = url.href.length > shownChars ? `${url.href.slice(0, shownChars)}…` : url.href;
  const question = {
    type: "question" as const,
    message: url.protocol === "mailto:" ? "Write an e-mail?" : "Open this address in your browser?",
    detail: `${shown}\n\nThis leaves Ebb. Whoever runs the address learns that you opened it.`,
    buttons: ["Open", "Cancel"],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  };
  const { response } = await (window ? dialog.showMessageBox(window, question) : dialog.showMessageBox(question));
  if (response !== 0) return false;
  await shell.openExternal(url.href);
  return true;
}
