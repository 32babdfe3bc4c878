import { expect, test } from "vitest";
import { connectClient, startTestHost } from "../fixtures/web-host.ts";

const zone = "America/New_York";

test("reminders are added in words, listed, edited, put off, done, removed and brought back over the contract", async () => {
  const { api, socket } = await connectClient(await startTestHost());
  expect(await api.reminders.add({ words: "call mum", zone })).toEqual({
    reminder: null,
    said: "When should I remind you: call mum?",
  });
  const { reminder, said } = await api.reminders.add({
    words: "Remind me every weekday at 8:30 to take my pills",
    zone,
  });
  expect(said).toMatch(/^I'll remind you every weekday at 08:30, first (?:today|tomorrow|on)\b.*: take my pills\.$/);
  const id = reminder?.id ?? "";
  expect((await api.reminders.list()).open).toEqual([reminder]);
  const text = "take two pills";
  const edited = await api.reminders.edit({ id, text, schedule: { every: "once", at: Date.now() + 60_000 }, zone });
  expect(edited).toMatchObject({ text, recurrence: null, state: "waiting" });
  expect(await api.reminders.snooze({ id, for: "1 hour", zone })).toMatchObject({ snoozed: true });
  expect(await api.reminders.done({ id })).toMatchObject({ state: "done" });
  expect(await api.reminders.restore({ id })).toMatchObject({ state: "waiting" });
  const { until } = await api.reminders.remove({ id });
  expect(until).toBeGreaterThan(Date.now());
  expect(await api.reminders.list()).toEqual({ open: [], done: [] });
  await expect(api.reminders.remove({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await api.reminders.restore({ id })).toMatchObject({ text, state: "waiting" });
  socket.terminate();
});

test("a reminder that falls due is told by an event without a word of it", async () => {
  const { api, socket } = await connectClient(await startTestHost());
  const heard: unknown[] = [];
  const rang = Promise.withResolvers<void>();
  const follow = async (): Promise<void> => {
    for await (const event of await api.system.events()) {
      heard.push(event);
      if (event.type !== "reminders") continue;
      const { open } = await api.reminders.list();
      if (open.some(({ state }) => state === "ringing")) rang.resolve();
    }
  };
  void follow().catch(() => {});
  await expect.poll(() => heard.length).toBeGreaterThan(0);
  await api.reminders.add({ words: "mind the quombelflax in 1 second", zone });
  await rang.promise;
  expect(heard).toContainEqual({ type: "reminders" });
  expect(JSON.stringify(heard)).not.toContain("quombelflax");
  socket.terminate();
});

test("what is asked of reminders that are not there, or with nonsense, is refused with a reason", async () => {
  const { api, socket } = await connectClient(await startTestHost());
  const id = "00000000-0000-4000-8000-000000000000";
  await expect(api.reminders.done({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(api.reminders.snooze({ id, for: "1 hour", zone })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(api.reminders.restore({ id })).rejects.toMatchObject({ code: "NOT_UNDOABLE" });
  await expect(api.reminders.add({ words: "   ", zone })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  await expect(api.reminders.add({ words: "call mum tomorrow", zone: "no/where" })).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
  await expect(
    api.reminders.edit({ id, text: "x", schedule: { every: "week", days: [], hour: 1, minute: 1 }, zone }),
  ).rejects.toMatchObject({ code: "INVALID_INPUT" });
  socket.terminate();
});
