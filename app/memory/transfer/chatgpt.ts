import {
  type Fields,
  fieldsOf,
  type ImportedChat,
  type ImportedMessage,
  idOf,
  isFields,
  listOf,
  optionalText,
  secondsOf,
  textOf,
  withinLimits,
} from "./chat.ts";
import { Fault, keyOf } from "./fault.ts";

export function isChatGpt(value: unknown): value is Fields {
  return isFields(value) && "mapping" in value;
}

/**
 * A conversation of a ChatGPT export: a tree of messages under `mapping`, of which the branch that ends at `current_node` is
 * the one last seen. System, tool and hidden messages are left out. @throws Fault
 */
export function fromChatGpt(value: Fields, path: string): ImportedChat {
  const sourceId = idOf(value.conversation_id ?? value.id, `${path}.conversation_id`);
  const mapping = fieldsOf(value.mapping, `${path}.mapping`);
  const messages = branch(value, mapping, path).flatMap(([name, node]) => {
    const at = `${path}.mapping${keyOf(name)}.message`;
    return node.message === null || node.message === undefined
      ? []
      : fromMessage(fieldsOf(node.message, at), name, at).flatMap(withinLimits);
  });
  return {
    sourceId,
    title: optionalText(value.title, `${path}.title`),
    createdAt: secondsOf(value.create_time, `${path}.create_time`),
    updatedAt: secondsOf(value.update_time, `${path}.update_time`),
    messages,
  };
}

/** The nodes from the root down to the current one. */
function branch(value: Fields, mapping: Fields, path: string): [string, Fields][] {
  let name = optionalText(value.current_node, `${path}.current_node`) ?? newestLeaf(mapping, path);
  const nodes: [string, Fields][] = [];
  const seen = new Set<string>();
  let from = `${path}.current_node`;
  while (name !== null) {
    if (!Object.hasOwn(mapping, name)) throw new Fault(from, "this names a message that is not in the file");
    if (seen.has(name)) throw new Fault(from, "the messages lead in a circle");
    seen.add(name);
    const here = `${path}.mapping${keyOf(name)}`;
    const node = fieldsOf(mapping[name], here);
    nodes.push([name, node]);
    from = `${here}.parent`;
    name = node.parent === null || node.parent === undefined ? null : textOf(node.parent, from);
  }
  return nodes.reverse();
}

/** Where the file does not name the current node: the last one without children. */
function newestLeaf(mapping: Fields, path: string): string | null {
  const isLeaf = ([name, node]: [string, unknown]): boolean => {
    const at = `${path}.mapping${keyOf(name)}`;
    const { children } = fieldsOf(node, at);
    return children === undefined || listOf(children, `${at}.children`).length === 0;
  };
  return Object.entries(mapping).findLast(isLeaf)?.[0] ?? null;
}

function fromMessage(message: Fields, node: string, path: string): ImportedMessage[] {
  const role = textOf(fieldsOf(message.author, `${path}.author`).role, `${path}.author.role`);
  const createdAt = secondsOf(message.create_time, `${path}.create_time`);
  if (role !== "user" && role !== "assistant") return [];
  const metadata = isFields(message.metadata) ? message.metadata : {};
  if (metadata.is_visually_hidden_from_conversation === true || metadata.is_user_system_message === true) return [];
  // What the assistant says to a tool is no part of the conversation.
  if (typeof message.recipient === "string" && message.recipient !== "all") return [];
  const content = fieldsOf(message.content, `${path}.content`);
  if (content.content_type !== "text" && content.content_type !== "multimodal_text") return [];
  const parts = listOf(content.parts, `${path}.content.parts`);
  const text = parts.map((part, index) => fromPart(part, `${path}.content.parts[${index}]`)).filter(Boolean);
  const sourceId = message.id === undefined ? idOf(node, path) : idOf(message.id, `${path}.id`);
  return [{ sourceId, role, speaker: null, text: text.join("\n\n"), createdAt }];
}

function fromPart(part: unknown, path: string): string {
  if (part === null) return "";
  if (typeof part === "string") return textOf(part, path);
  const fields = fieldsOf(part, path);
  if (typeof fields.text === "string") return textOf(fields.text, path);
  const type = typeof fields.content_type === "string" ? fields.content_type : "";
  if (type.startsWith("image")) return "(image)";
  // Spoken words come as a text of their own beside the recording.
  return type.includes("audio") || type.includes("video") ? "" : "(file)";
}
