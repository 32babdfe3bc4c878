import type { Db } from "./connection.ts";

/** A request that left this machine because the user started it. Never its content. */
export type OutboundRequest = {
  /** ms. */
  at: number;
  host: string;
  why: "model-download" | "remote-list" | "remote-reply" | "remote-learning";
  /** Bytes that came back. */
  bytes: number;
};

export type OutboundRepository = ReturnType<typeof outboundRepository>;

const kept = 500;

/** The list of requests that left this machine, the latest 500 of them. */
export function outboundRepository(db: Db) {
  const add = db.prepare<[number, string, string], { seq: number }>(
    "INSERT INTO outbound_request (at, host, why) VALUES (?, ?, ?) RETURNING seq",
  );
  const thin = db.prepare(
    `DELETE FROM outbound_request WHERE seq <= (SELECT max(seq) FROM outbound_request) - ${kept}`,
  );
  const grow = db.prepare("UPDATE outbound_request SET bytes = ? WHERE seq = ?");
  const latest = db.prepare<[number], OutboundRequest>(
    "SELECT at, host, why, bytes FROM outbound_request ORDER BY seq DESC LIMIT ?",
  );
  return {
    /** Notes a request as it is made; returns by what name its bytes are added. */
    begin(request: Omit<OutboundRequest, "bytes">): number {
      const { seq } = add.get(request.at, request.host, request.why) as { seq: number };
      thin.run();
      return seq;
    },
    setBytes(seq: number, bytes: number): void {
      grow.run(bytes, seq);
    },
    latest: (limit: number = kept): OutboundRequest[] => latest.all(limit),
  };
}
