import fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "../../../app/memory/transfer/fault.ts";
import { jsonPieces } from "../../../app/memory/transfer/json-pieces.ts";
import type { ReadItem } from "../../../app/memory/transfer/read-chats.ts";
import { chatGptChat, claudeChat, inChunks, type Turn } from "../../fixtures/chats.ts";
import { damaged, expectSameInChunks, outcome, replaced } from "../../fixtures/damage.ts";

const runs = 6_000;
const turn = fc.record<Turn>({ role: fc.constantFrom("user", "assistant"), text: fc.string({ unit: "binary" }) });
const chat = fc
  .tuple(fc.constantFrom(chatGptChat, claudeChat), fc.stringMatching(/^[a-z]{1,8}$/), fc.array(turn, { maxLength: 4 }))
  .map(([make, id, turns]) => make(id, turns));
/** A conversation of Claude with branches, sound or not. */
const branched = fc
  .array(fc.tuple(fc.nat(6), fc.option(fc.nat(6)), fc.option(fc.nat(9))), { maxLength: 7 })
  .map((messages) => ({
    ...claudeChat("b", []),
    chat_messages: messages.map(([id, parent, minute]) => ({
      uuid: `m${id}`,
      text: `Text ${id}`,
      sender: "human",
      ...(parent !== null && { parent_message_uuid: `m${parent}` }),
      ...(minute !== null && { created_at: new Date(minute * 60_000).toISOString() }),
    })),
  }));
const chunk = fc.integer({ min: 1, max: 64 });

test("any JSON list is cut into just what JSON.parse finds in it, whatever the chunks", async () => {
  const list = fc.array(fc.json({ maxDepth: 4 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(list, chunk, fc.constantFrom("", " ", "\n\t"), async (values, size, space) => {
      const json = `${space}[${space}${values.join(`${space},${space}`)}${space}]${space}`;
      const pieces = await Array.fromAsync(jsonPieces(inChunks(json, size)));
      expect(pieces.map(({ value }) => value)).toEqual(JSON.parse(json));
    }),
    { numRuns: runs },
  );
});

test("any bytes are read or refused", async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...'[]{},:" \\nulltrue0-e', '"mapping"', '"uuid"'), maxLength: 40 }),
  );
  await fc.assert(
    fc.asyncProperty(bytes, chunk, async (data, size) => {
      await outcome(data, size);
    }),
    { numRuns: runs },
  );
});

test("an export with bytes changed or cut off is read or refused, and read the same in chunks of any size", async () => {
  const exports = fc.array(chat, { maxLength: 2 }).map((chats) => JSON.stringify(chats));
  await fc.assert(fc.asyncProperty(damaged(exports), chunk, expectSameInChunks), { numRuns: runs });
});

test("an export with any value in the place of another is read or refused", async () => {
  const exports = chat.map((whole) => JSON.stringify([whole]));
  await fc.assert(
    fc.asyncProperty(replaced(exports), async (text) => {
      await outcome(text, 4_096);
    }),
    { numRuns: runs },
  );
});

test("a conversation with branches is read as one way through it, or refused", async () => {
  await fc.assert(
    fc.asyncProperty(branched, async (chat) => {
      const result = await outcome(JSON.stringify([chat]), 4_096);
      if (result instanceof Fault) {
        expect(result.what).toContain("circle");
        return;
      }
      const [item] = result as Extract<ReadItem, { kind: "chat" }>[];
      expect(item?.chat.messages.length ?? 0).toBeLessThanOrEqual(chat.chat_messages.length);
      expect(chat.chat_messages.length > 0).toBe((item?.chat.messages.length ?? 0) > 0);
    }),
    { numRuns: runs },
  );
});
