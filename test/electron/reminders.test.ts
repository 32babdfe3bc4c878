import { expect, test } from "vitest";
import type { Api } from "../../app/contract/index.ts";
import type { Desktop } from "../fixtures/electron/control.ts";
import { connect, dataFolder, eventually, pageOf, startHost } from "./host.ts";

const zone = "Europe/Berlin";

const bodies = (desktop: Desktop) => desktop.notifications.map(({ title, body }) => `${title}: ${body}`);

async function remind(api: Api, words: string): Promise<string> {
  const { reminder } = await api.reminders.add({ words, zone });
  if (!reminder) throw new Error(`not understood: ${words}`);
  return reminder.id;
}

test("a reminder that rings while the user is elsewhere is a notification; a click on it shows Ebb, and the answer takes it away", async () => {
  const desktop = await startHost();
  const { connection } = await connect(await pageOf(desktop, "index.html"));
  desktop.focusProgram("another program");
  const id = await remind(connection.api, "water the plants in 1 second");
  await eventually(() => expect(bodies(desktop)).toEqual(["Reminder: water the plants"]));
  desktop.clickNotification("Reminder");
  await eventually(() => expect(desktop.focused).toBe(desktop.window("index.html")));
  await connection.api.reminders.done({ id });
  await eventually(() => expect(bodies(desktop)).toEqual([]));
});

test("while the main window is in front, its card is enough", async () => {
  const desktop = await startHost();
  const { connection } = await connect(await pageOf(desktop, "index.html"));
  expect(desktop.focused).toBe(desktop.window("index.html"));
  await remind(connection.api, "water the plants in 1 second");
  await eventually(async () => {
    expect((await connection.api.reminders.list()).open).toMatchObject([{ state: "ringing" }]);
  });
  // Told to the host before the next change is.
  await connection.api.system.configure({ theme: "dark" });
  await eventually(() => expect(desktop.electron.nativeTheme.themeSource).toBe("dark"));
  expect(bodies(desktop)).toEqual([]);
});

test("with the setting off, a notification says nothing of what the reminder says", async () => {
  const desktop = await startHost();
  const { connection } = await connect(await pageOf(desktop, "index.html"));
  await connection.api.system.configure({ remindersInNotifications: false });
  desktop.focusProgram("another program");
  await remind(connection.api, "water the plants in 1 second");
  await eventually(() => expect(bodies(desktop)).toEqual(["Reminder: Open Ebb to see what it is about."]));
});

test("what is not answered is told again at the next start, and in one run once, even where the engine dies", async () => {
  const folder = dataFolder();
  const first = await startHost({ folder });
  const one = await connect(await pageOf(first, "index.html"));
  first.focusProgram("another program");
  await remind(one.connection.api, "water the plants in 1 second");
  await eventually(() => expect(bodies(first)).toHaveLength(1));
  await first.killUtilityProcess("Ebb Engine");
  await eventually(async () => expect((await one.connection.api.reminders.list()).open).toHaveLength(1));
  expect(bodies(first)).toHaveLength(1);

  const second = await startHost({ folder, args: ["--hidden"] });
  await eventually(() => expect(bodies(second)).toEqual(["Reminder: water the plants"]));
});
