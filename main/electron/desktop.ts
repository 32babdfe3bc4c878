import { join } from "node:path";
import { app, dialog, nativeTheme, powerMonitor, type Session, session as sessions } from "electron";
import type { Settings } from "../../app/contract/index.ts";
import type { HostCommand } from "../command.ts";
import { channels } from "../preload/channels.ts";
import { servePages } from "./app-protocol.ts";
import { DeskStore } from "./desk-state.ts";
import { EngineProcess } from "./engine-process.ts";
import { EngineSettings } from "./engine-settings.ts";
import { guardContents, guardSession } from "./guard.ts";
import { answerPages } from "./hand-off.ts";
import { LoginItem } from "./login-item.ts";
import { MainWindow } from "./main-window.ts";
import { offerTextMenu, setApplicationMenu } from "./menus.ts";
import { tellAboutTray, tellTaken } from "./notices.ts";
import { QuickWindow } from "./quick-window.ts";
import { ReminderNotices } from "./reminder-notices.ts";
import { Shortcut } from "./shortcut.ts";
import { AppTray } from "./tray.ts";

export type DesktopOptions = {
  folder: string;
  /** The folder of the build: `main`, `preload` and `renderer` lie in it. */
  build: string;
  /** The folder of the icons. */
  icons: string;
  /** What this start is for; "hidden" shows nothing but the tray. */
  command: HostCommand | "hidden";
  /** Hands the command to an Ebb of another kind that has the folder; false where none answers. */
  handOver: (command: HostCommand) => Promise<boolean>;
};

/** How long the engine may take to close the database at quit, in ms. */
const closeLimit = 5_000;
/** How long the first window waits to hear where to open, in ms. */
const recentLimit = 1_000;

/** macOS colours a template itself; Windows picks a size out of its icon. */
const trayIcons: Partial<Record<NodeJS.Platform, string>> = { darwin: "trayTemplate.png", win32: "icon.ico" };

/** Ebb as a desktop app. To be made once the app is ready. */
export class Desktop {
  readonly #options: DesktopOptions;
  readonly #session: Session;
  readonly #desk: DeskStore;
  readonly #main: MainWindow;
  readonly #quick: QuickWindow;
  readonly #shortcut: Shortcut;
  readonly #engine: EngineProcess;
  readonly #settings: EngineSettings;
  readonly #notices: ReminderNotices;
  readonly #login = new LoginItem();
  /** The conversation to open on, once the engine has said. */
  readonly #recent = Promise.withResolvers<string | null>();
  #tray: AppTray | null = null;
  /** Until the engine says otherwise, notifications tell nothing. */
  #remindsInWords = false;
  #quit: "no" | "closing" | "closed" = "no";

  constructor(options: DesktopOptions) {
    const { build, icons, folder } = options;
    this.#options = options;
    // In memory only: a browser writes down what was typed, and Ebb's files must not hold what the user has erased.
    this.#session = sessions.fromPartition("ebb", { cache: false });
    const page = {
      session: this.#session,
      preload: join(build, "preload", "preload.cjs"),
      icon: join(icons, "icon.png"),
      devTools: !app.isPackaged,
    };
    this.#desk = new DeskStore(folder);
    this.#main = new MainWindow(page, this.#desk, () => this.#mainClosed());
    this.#quick = new QuickWindow(page);
    this.#shortcut = new Shortcut(
      () => this.#quick.toggle(),
      (state) => {
        this.#tray?.update({ shortcut: state });
        this.#main.window?.webContents.send(channels.shortcutChanged, state);
      },
    );
    this.#engine = new EngineProcess({
      entry: join(build, "main", "engine.js"),
      inferenceEntry: join(build, "main", "inference.js"),
      folder,
      onOpened: ({ folderTaken, recent }) => {
        if (folderTaken) return void this.#giveWay();
        this.#recent.resolve(recent);
        this.#settings.connect();
      },
    });
    this.#notices = new ReminderNotices({
      isInFront: () => this.#main.window?.isFocused() === true,
      show: () => void this.run({ name: "open" }),
    });
    this.#settings = new EngineSettings(this.#engine, {
      onSettings: (settings) => this.#apply(settings),
      onRinging: (ringing) => this.#notices.update(ringing, this.#remindsInWords),
    });
  }

  /** Starts the processes and shows what the command asks for. */
  async start(): Promise<void> {
    const { build, command } = this.#options;
    this.#engine.start();
    nativeTheme.themeSource = this.#desk.state.theme;
    this.#guard();
    this.#answerPages();
    this.#followApp();
    setApplicationMenu(!app.isPackaged);
    await servePages(this.#session, join(build, "renderer"));
    this.#openTray();
    if (command !== "hidden" && !this.#login.startedThisRun) await this.run(command);
    if (this.#quit !== "no") return;
    this.#quick.warm();
    this.#bindShortcut();
  }

  /** Carries out the command of this start or of a second one. */
  async run(command: HostCommand): Promise<void> {
    if (this.#quit !== "no") return;
    if (command.name === "quick-ask") return this.#quick.show();
    const route = command.route ?? (this.#main.window ? null : await this.#recentRoute());
    if (this.#quit === "no") this.#main.show(route);
  }

  #guard(): void {
    app.on("web-contents-created", (_event, contents) => {
      guardContents(contents, (asking) => {
        if (this.#quick.owns(contents)) void this.#quick.hold(asking);
      });
      offerTextMenu(contents);
    });
    guardSession(this.#session, (contents) => this.#quick.owns(contents));
    // No page of Ebb is in it; whatever ever got there would be no more welcome.
    guardSession(sessions.defaultSession, () => false);
  }

  #answerPages(): void {
    answerPages({
      engine: this.#engine,
      isPage: (contents) => contents === this.#main.window?.webContents || this.#quick.owns(contents),
      showMain: (route) => this.#main.show(route),
      dismissQuickAsk: (contents) => {
        if (this.#quick.owns(contents)) this.#quick.dismiss();
      },
      shortcut: () => this.#shortcut.state,
      setShortcut: (keys) => {
        const state = this.#shortcut.set(keys);
        if (state.status !== "taken") this.#desk.keep({ shortcut: state.accelerator });
        return state;
      },
      loginItem: this.#login,
    });
  }

  #followApp(): void {
    app.on("activate", () => void this.run({ name: "open" }));
    // Without this listener Electron would end with the last window; Ebb says itself when it is done.
    app.on("window-all-closed", () => undefined);
    app.on("before-quit", (event) => {
      if (this.#quit === "closed") return;
      event.preventDefault();
      void this.#close();
    });
    // The system is about to end: the engine gets what time there is. On Windows nobody asks before it.
    powerMonitor.on("shutdown", () => app.quit());
    app.on("browser-window-created", (_event, window) => {
      window.on("session-end", () => void this.#close());
    });
  }

  /** The view to open on: the conversation that was going on lately, as far as the engine says in time. */
  async #recentRoute(): Promise<string | null> {
    const late = new Promise<null>((resolve) => setTimeout(resolve, recentLimit, null));
    const recent = await Promise.race([this.#recent.promise, late]);
    return recent === null ? null : `/c/${recent}`;
  }

  #openTray(): void {
    const icon = join(this.#options.icons, trayIcons[process.platform] ?? "tray.png");
    const actions = {
      show: () => void this.run({ name: "open" }),
      quickAsk: () => this.#quick.show(),
      setLearning: (on: boolean) => void this.#settings.setLearning(on),
      quit: () => app.quit(),
    };
    try {
      this.#tray = new AppTray(icon, actions, { learning: null, shortcut: this.#shortcut.state });
    } catch {
      // A desktop without a tray: Ebb ends with its window there.
    }
  }

  #bindShortcut(): void {
    const { accelerator, status } = this.#shortcut.set(this.#desk.state.shortcut);
    if (status === "taken" && accelerator !== null) tellTaken(accelerator, () => this.#main.show("/settings"));
  }

  /** What the engine's settings mean for the host; null while no engine answers. */
  #apply(settings: Settings | null): void {
    this.#tray?.update({ learning: settings?.learning ?? null });
    this.#remindsInWords = settings?.remindersInNotifications ?? false;
    if (!settings || settings.theme === this.#desk.state.theme) return;
    nativeTheme.themeSource = settings.theme;
    this.#desk.keep({ theme: settings.theme });
  }

  /** Ebb goes on in the tray; where there is none, nothing would be left to reach it by. */
  #mainClosed(): void {
    if (this.#quit !== "no") return;
    if (this.#tray) tellAboutTray(this.#desk, () => this.#main.show(null));
    else app.quit();
  }

  async #close(): Promise<void> {
    if (this.#quit !== "no") return;
    this.#quit = "closing";
    this.#main.window?.hide();
    this.#quick.close();
    await this.#engine.close(closeLimit);
    this.#tray?.destroy();
    this.#tray = null;
    this.#quit = "closed";
    app.quit();
  }

  /** Another Ebb has the folder: it takes the command over, and this one ends. */
  async #giveWay(): Promise<void> {
    const { folder, command, handOver } = this.#options;
    if (!(await handOver(command === "hidden" ? { name: "open" } : command))) {
      const advice = `Another program is using Ebb's data folder ${folder}. End it, then start Ebb again.`;
      dialog.showErrorBox("Ebb's memory is in use", advice);
    }
    app.quit();
  }
}
