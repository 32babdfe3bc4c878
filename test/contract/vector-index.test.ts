import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { connect } from "../../app/storage/connection.ts";
import { layout } from "../../app/storage/folder.ts";
import { encodeVector } from "../../app/storage/vector-codes.ts";
import { mulberry32 } from "../fixtures/random.ts";
import { startTestHost, temporaryFolder } from "../fixtures/web-host.ts";

test("Ebb builds an index of many vectors beside its work, and goes on with it at its next start", async () => {
  const folder = temporaryFolder();
  const { database, vectors } = layout(folder);
  const files = () => (existsSync(vectors) ? readdirSync(vectors) : []);
  const embedder = () => {
    const db = connect(database, { readonly: true });
    const found = db.prepare<[], { key: number; dim: number }>("SELECT key, dim FROM embedder").get();
    db.close();
    return found;
  };
  const first = await startTestHost(folder);
  await expect.poll(embedder).toBeDefined();
  await first.host.quit();
  const { key = 0, dim = 0 } = embedder() ?? {};

  const random = mulberry32(1);
  const centres = Array.from({ length: 300 }, () => Float32Array.from({ length: dim }, () => random() - 0.5));
  const db = connect(database);
  const put = db.prepare("INSERT INTO message_vector (model, seq, data) VALUES (?, ?, ?)");
  db.transaction(() => {
    for (let seq = 1; seq <= 20_100; seq++) {
      const near = centres[seq % centres.length] ?? [];
      put.run(key, seq, encodeVector(Float32Array.from(near, (value) => value + (random() - 0.5) / 4)));
    }
  })();
  db.close();

  const second = await startTestHost(folder);
  const whole = expect.stringMatching(/^message-1-[0-9a-f-]+\.index$/);
  await expect.poll(files, { timeout: 110_000 }).toEqual([whole]);
  const built = files();
  await second.host.quit();
  const third = await startTestHost(folder);
  await expect.poll(embedder).toBeDefined();
  await third.host.quit();
  expect(files()).toEqual(built);
}, 180_000);
