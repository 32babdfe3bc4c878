import type { Db } from "./connection.ts";

export type SettingRepository = ReturnType<typeof settingRepository>;

/** Small values by name, kept as JSON text. */
export function settingRepository(db: Db) {
  const get = db.prepare<[string], string>("SELECT value FROM setting WHERE key = ?").pluck();
  const put = db.prepare(
    "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  const drop = db.prepare("DELETE FROM setting WHERE key = ?");
  return {
    /** The stored value, or undefined; the caller checks its shape. */
    get(key: string): unknown {
      const text = get.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    put(key: string, value: unknown): void {
      put.run(key, JSON.stringify(value));
    },
    drop(key: string): void {
      drop.run(key);
    },
  };
}
