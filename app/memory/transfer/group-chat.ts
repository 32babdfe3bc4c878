import {
  type Fields,
  fieldsOf,
  type ImportedChat,
  type ImportedMessage,
  idOf,
  isFields,
  listOf,
  optionalText,
  textOf,
  timeOf,
  withinLimits,
} from "./chat.ts";
import { Fault } from "./fault.ts";

/** The name and version of our own format for chats of several people. */
export const groupChatFormat = "ebb-chat";
export const groupChatVersion = 1;

const speakerChars = 100;

export function isGroupChat(value: unknown): value is Fields {
  return isFields(value) && "messages" in value;
}

/** A conversation in our own format: named speakers, of whom `me` is the user. @throws Fault */
export function fromGroupChat(value: Fields, path: string): ImportedChat {
  const sourceId = idOf(value.id, `${path}.id`);
  const messages = listOf(value.messages, `${path}.messages`).flatMap((message, index) => {
    const at = `${path}.messages[${index}]`;
    return withinLimits(fromMessage(fieldsOf(message, at), at));
  });
  return { sourceId, title: optionalText(value.title, `${path}.title`), createdAt: null, updatedAt: null, messages };
}

function fromMessage(message: Fields, path: string): ImportedMessage {
  if (message.me !== undefined && typeof message.me !== "boolean") {
    throw new Fault(`${path}.me`, "true or false should stand here");
  }
  const isMe = message.me === true;
  const speaker = optionalText(message.speaker, `${path}.speaker`);
  if (speaker === null && !isMe) throw new Fault(`${path}.speaker`, "the speaker's name should stand here");
  if (speaker !== null && speaker.length > speakerChars) {
    throw new Fault(`${path}.speaker`, `a name of at most ${speakerChars} characters should stand here`);
  }
  return {
    sourceId: idOf(message.id, `${path}.id`),
    role: isMe ? "user" : "other",
    speaker: isMe ? null : speaker,
    text: textOf(message.text, `${path}.text`),
    createdAt: timeOf(message.at, `${path}.at`),
  };
}
