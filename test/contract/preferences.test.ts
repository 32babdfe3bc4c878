import { expect, test } from "vitest";
import { connectClient, startTestHost } from "../fixtures/web-host.ts";

test("preferences are listed, put away, and brought back over the contract", async () => {
  const host = await startTestHost();
  const { api } = await connectClient(host);
  await api.memories.add({ text: "I avoid shellfish", kind: "preference" });
  const { items } = await api.memories.preferences();
  expect(items).toMatchObject([{ domain: "food", aspect: "seafood", polarity: "against", applied: true, pieces: 1 }]);
  const memoryId = items[0]?.memories[0]?.id ?? "";
  const { changeId } = await api.memories.judgePreference({ memoryId, holds: false });
  expect((await api.memories.preferences()).items).toEqual([]);
  await expect(api.memories.judgePreference({ memoryId, holds: true })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await api.memories.undo({ changeId });
  expect((await api.memories.preferences()).items).toHaveLength(1);
});
