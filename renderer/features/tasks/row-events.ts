import type { Task } from "../../../app/contract/index.ts";

export type Field = "value" | "label";
type Ref = Task["dependsOn"][number];

/** What can be asked of a row, by pointer, by key or from its menu. */
export type RowEvent =
  | { type: "toggle"; id: string }
  | { type: "finish"; id: string; outcome?: "failed" }
  | { type: "restore"; id: string }
  | { type: "cancel"; id: string }
  | { type: "remove"; id: string }
  /** What is stale still holds. */
  | { type: "confirm"; id: string }
  | { type: "edit"; id: string; field: Field }
  | { type: "save"; id: string; field: Field; text: string }
  | { type: "endEdit"; id: string }
  | { type: "add"; id: string }
  | { type: "step"; id: string; direction: "up" | "down" | "in" | "out" }
  | { type: "menu"; id: string }
  | { type: "details"; id: string }
  | { type: "jump"; to: Ref };

export type OnRow = (event: RowEvent) => void;
