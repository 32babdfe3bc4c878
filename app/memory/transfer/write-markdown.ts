import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { memoryKind } from "../../contract/index.ts";
import type { PortableConversation, PortableMessage } from "../../storage/portable.ts";
import type { OutlineLine } from "../../storage/task-outline.ts";
import type { MemoryStore } from "../store.ts";
import { memoryLines, plain, titles } from "./export.ts";
import { Names, nameFor } from "./file-names.ts";
import { OutFile } from "./out-files.ts";

/** Told after each page: `rows` more have been written. @throws to end it */
export type OnRows = (rows: number) => Promise<void>;

export type MarkdownCounts = { conversations: number; messages: number; memories: number };

const conversationsFolder = "conversations";

/**
 * Writes everything as a folder to read: `README.md` names what is in it, `memories.md` has the memories, `tasks.md` the tasks,
 * `reminders.md` the reminders, and each conversation is a file of its own. The folder is there and empty. `now` in ms.
 */
export async function writeMarkdown(
  store: MemoryStore,
  folder: string,
  now: number,
  onRows: OnRows,
): Promise<MarkdownCounts> {
  const counts: MarkdownCounts = { conversations: 0, messages: 0, memories: 0 };
  await mkdir(join(folder, conversationsFolder), { mode: 0o700 });
  await writeMemories(store, join(folder, "memories.md"), counts, onRows);
  await writeTasks(store, join(folder, "tasks.md"));
  await writeReminders(store, join(folder, "reminders.md"));
  const names = new Names();
  const index: { at: number; line: string }[] = [];
  for (const page of store.portable.conversations(store.portable.bounds().conversation)) {
    for (const conversation of page) {
      const name = `${names.unique(nameFor(conversation.title, conversation.createdAt))}.md`;
      await writeConversation(store, conversation, join(folder, conversationsFolder, name), counts, onRows);
      const address = `${conversationsFolder}/${name.split("/").map(encodeURIComponent).join("/")}`;
      const title = plain(conversation.title) || "Untitled";
      index.push({ at: conversation.updatedAt, line: `- ${day(conversation.createdAt)}: [${title}](${address})` });
      counts.conversations += 1;
    }
    await onRows(page.length);
  }
  await writeIndex(join(folder, "README.md"), index, counts, now);
  return counts;
}

async function writeTasks(store: MemoryStore, path: string): Promise<void> {
  await written(path, async (file) => {
    await file.write("# Tasks\n");
    for (const outline of store.portable.taskOutlines()) {
      await file.write(`\n${outline.map(taskLine).join("\n")}\n`);
    }
  });
}

/** A goal is a heading; what stands under it is a list, with a box for what is to be done. */
function taskLine({ depth, kind, label, value, rule, state }: OutlineLine): string {
  const isGone = state === "removed" || state === "cancelled" || state === "failed";
  const said = rule ? `${rule.op.replace("_", " ")} ${rule.value}` : value === null ? "" : String(value);
  const text = plain(label) + (said === "" ? "" : `: ${plain(said)}`) + (isGone ? ` (${state})` : "");
  if (depth === 0) return `## ${text}${state === "done" ? " (done)" : ""}\n`;
  const box = kind === "step" || kind === "goal" ? `[${state === "done" ? "x" : " "}] ` : "";
  return `${"  ".repeat(depth - 1)}- ${box}${text}`;
}

const rhythms = { day: "every day", weekday: "every weekday", week: "every week", month: "every month" } as const;

async function writeReminders(store: MemoryStore, path: string): Promise<void> {
  await written(path, async (file) => {
    await file.write("# Reminders\n\n");
    for (const page of store.portable.reminders(store.portable.bounds().reminder)) {
      const lines = page.map(({ text, nextAt, dueAt, state, zone, recurrence }) => {
        const at = nextAt ?? dueAt;
        const when = [at === null ? "" : moment(at, zone), recurrence ? rhythms[recurrence.every] : ""];
        return `- [${state === "done" ? "x" : " "}] ${[...when.filter(Boolean), plain(text)].join(", ")}\n`;
      });
      await file.write(lines.join(""));
    }
  });
}

async function writeIndex(
  path: string,
  index: readonly { at: number; line: string }[],
  counts: MarkdownCounts,
  now: number,
): Promise<void> {
  await written(path, async (file) => {
    await file.write(
      [
        "# What you told Ebb",
        "",
        `Written on ${day(now)}: ${counts.conversations} conversations with ${counts.messages} messages, and ${counts.memories} memories.`,
        "",
        "- [What Ebb remembers](memories.md), with the words that it comes from",
        "- [Tasks](tasks.md)",
        "- [Reminders](reminders.md)",
        "- The conversations, those that were last spoken in first:",
        "",
        "",
      ].join("\n"),
    );
    for (const { line } of index.toSorted((a, b) => b.at - a.at)) await file.write(`${line}\n`);
    await file.write("\nThis folder is to be read. To bring everything into another Ebb, export it as JSON.\n");
  });
}

async function writeMemories(store: MemoryStore, path: string, counts: MarkdownCounts, onRows: OnRows): Promise<void> {
  await written(path, async (file) => {
    await file.write("# What Ebb remembers\n");
    for (const subject of store.portable.subjects()) {
      await file.write(`\n## ${subject === "user" ? "About you" : plain(subject)}\n`);
      for (const kind of memoryKind.options) {
        let head = `\n### ${titles[kind]}\n\n`;
        for (const rows of store.portable.memoriesAbout(subject, kind)) {
          const evidence = store.memories.evidenceOf(rows.map(({ id }) => id));
          await file.write(head);
          head = "";
          for (const row of rows) await file.write(`${memoryLines(row, evidence.get(row.id) ?? []).join("\n")}\n`);
          counts.memories += rows.length;
          await onRows(rows.length);
        }
      }
    }
    if (counts.memories === 0) await file.write("\nNothing yet.\n");
  });
}

async function writeConversation(
  store: MemoryStore,
  conversation: PortableConversation,
  path: string,
  counts: MarkdownCounts,
  onRows: OnRows,
): Promise<void> {
  const aside = offTheBranch(store.portable.tree(conversation.id));
  await written(path, async (file) => {
    await file.write(`# ${plain(conversation.title) || "Untitled"}\n`);
    const write = async (wanted: (id: string) => boolean): Promise<void> => {
      for (const page of store.portable.messagesIn(conversation.id)) {
        const said = page.filter(({ id }) => wanted(id));
        for (const message of said) await file.write(`\n${messageText(message)}\n`);
        counts.messages += said.length;
        await onRows(said.length);
      }
    };
    await write((id) => !aside.has(id));
    if (aside.size === 0) return;
    await file.write("\n## Said in other versions of this conversation\n");
    await write((id) => aside.has(id));
  });
}

/** Messages that are not on the way from the beginning to the last one. */
function offTheBranch(tree: readonly { id: string; parentId: string | null }[]): Set<string> {
  const parents = new Map(tree.map(({ id, parentId }) => [id, parentId]));
  const aside = new Set(parents.keys());
  for (let id = tree.at(-1)?.id ?? null; id !== null && aside.delete(id); ) id = parents.get(id) ?? null;
  return aside;
}

function messageText({ role, speaker, text, createdAt, zone, status, model }: PortableMessage): string {
  const who = role === "user" ? "You" : role === "assistant" ? "Ebb" : plain(speaker ?? "Someone else");
  const notes = [
    moment(createdAt, zone),
    role === "assistant" && model ? plain(model) : "",
    status === "complete" ? "" : status,
  ];
  return `**${who}** (${notes.filter(Boolean).join(", ")}):\n\n${harmless(text)}`;
}

/**
 * The text as it was written, but nothing in it makes a program that shows it fetch anything: images become links and HTML is shown
 * as it stands. Blocks of code stay untouched.
 */
function harmless(text: string): string {
  let fence: string | null = null;
  const lines = text.split("\n").map((line) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    if (fence !== null) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
      return line;
    }
    if (mark !== null) fence = mark;
    return line.replaceAll("![", "!\\[").replaceAll(/<(?=[a-z/!?])/gi, "\\<");
  });
  // A block that was never closed must not swallow what comes after.
  if (fence !== null) lines.push(fence);
  return lines.join("\n");
}

async function written(path: string, write: (file: OutFile) => Promise<void>): Promise<void> {
  const file = await OutFile.create(path);
  try {
    await write(file);
    await file.finish({ sync: false });
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** In the zone in which it was said, where that is known. */
function moment(at: number, zone: string | null): string {
  const name = zone ?? "UTC";
  let format = formats.get(name);
  if (!format) {
    try {
      format = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: name });
    } catch {
      return moment(at, null);
    }
    formats.set(name, format);
  }
  return zone === null ? `${format.format(at)} UTC` : format.format(at);
}
