/** Entry of the desktop app. What must happen before Electron is ready stands here; the rest is in desktop.ts. */
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { app, dialog } from "electron";
import { defaultFolder } from "../../app/storage/folder.ts";
import { commandOf, hostCommand } from "../command.ts";
import { handOver } from "../web/hand-over.ts";
import { declareScheme } from "./app-protocol.ts";
import { Desktop } from "./desktop.ts";

// Whatever Ebb writes is for this user's eyes only.
process.umask(0o077);

const folder = defaultFolder();
const command = commandOf(process.argv.slice(1));

app.setName("Ebb");
app.setAppUserModelId("app.ebb.Ebb");
// Also keeps Ebbs on different folders apart: the lock of a single instance lies in this one.
app.setPath("userData", chromiumFolder());
app.enableSandbox();
declareScheme();
// No page of Ebb has any business with the network, and no part of Chromium has without them.
app.commandLine.appendSwitch("host-resolver-rules", "MAP * ~NOTFOUND");
app.commandLine.appendSwitch("disable-background-networking");
app.commandLine.appendSwitch("disable-component-update");
app.commandLine.appendSwitch("disable-domain-reliability");
// On Wayland only the desktop's portal can bind keys.
if (process.platform === "linux") app.commandLine.appendSwitch("enable-features", "GlobalShortcutsPortal");

if (app.requestSingleInstanceLock(command === "hidden" ? {} : command)) void run();
else app.quit();

async function run(): Promise<void> {
  await app.whenReady();
  const root = join(import.meta.dirname, "../..");
  try {
    const desktop = new Desktop({
      folder,
      build: join(root, "out"),
      icons: join(root, "resources", "icons"),
      command,
      handOver: async (given) => (await handOver(folder, given)) !== null,
    });
    app.on("second-instance", (_event, _args, _cwd, data) => {
      const second = hostCommand.safeParse(data);
      if (second.success) void desktop.run(second.data);
    });
    await desktop.start();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    dialog.showErrorBox("Ebb could not start", `Something it needs is missing or broken${code}. Install Ebb again.`);
    app.exit(1);
  }
}

/** Where Chromium keeps what it needs to run; nothing of what is typed gets there. */
function chromiumFolder(): string {
  const inside = join(folder, "desktop");
  try {
    mkdirSync(inside, { recursive: true, mode: 0o700 });
    return inside;
  } catch {
    // The window is to open all the same, and to say what is wrong with the data folder.
    return mkdtempSync(join(tmpdir(), "ebb-"));
  }
}
