import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { RemoteModel } from "../../../../app/llm/remote/model.ts";
import type { Endpoint, RemotePorts } from "../../../../app/llm/remote/reply.ts";
import { collect, request } from "../../../fixtures/inference.ts";
import {
  type Behaviour,
  type ChatRequest,
  cut,
  event,
  events,
  type OpenAiServer,
  pieces,
  redirect,
  refuse,
  say,
  silence,
  stall,
  startOpenAiServer,
} from "../../../fixtures/openai-server.ts";

const key = "sk-quombelflax-0123456789";
const patience = { connect: 400, firstByte: 400, idle: 400 };
const shape = {
  type: "object",
  properties: { mood: { enum: ["calm", "rough"] }, note: { type: "string", maxLength: 10 } },
} as const;

let server: OpenAiServer;
let waited: number[];
let noted: { host: string; why: string; bytes: number }[];

beforeEach(async () => {
  server = await startOpenAiServer();
  waited = [];
  noted = [];
  onTestFinished(() => server.close());
});

function model(more: Partial<Endpoint> = {}, ports: Partial<RemotePorts> = {}): RemoteModel {
  return new RemoteModel(
    {
      ...{ base: `${server.origin}/v1`, host: server.host, model: "tide-8b" },
      contextSize: () => 4_096,
      key: async () => key,
      ...more,
    },
    {
      onRequest: (host, why) => {
        const entry = { host, why, bytes: 0 };
        noted.push(entry);
        return (bytes) => {
          entry.bytes = bytes;
        };
      },
      patience,
      random: () => 0.5,
      sleep: async (ms) => void waited.push(ms),
      ...ports,
    },
  );
}

const fault = async (asked: Promise<unknown>): Promise<{ code: string; said: string }> => {
  const error = await asked.then(
    () => ({ code: "none", message: "", remedy: "" }),
    (caught) => caught as { code: string; message: string; remedy: string },
  );
  return { code: error.code, said: `${error.message} ${error.remedy}` };
};

test("a reply comes word by word, with its prompt as messages, its key in the header, and what it took", async () => {
  const { text, summary } = await collect(
    model(),
    request("How often?", {
      history: [
        { role: "user", text: "Hello" },
        { role: "assistant", text: "Hello." },
        { role: "user", text: "How often?" },
      ],
      temperature: 0.3,
      topP: 0.9,
      topK: 20,
    }),
  );
  expect(text).toBe(server.reply);
  expect(summary).toMatchObject({ finish: "stop", promptTokens: 21, replyTokens: 7, droppedTurns: 0 });
  expect(summary.firstTokenMs).toBeGreaterThan(0);
  const [asked] = server.asked;
  expect(asked?.headers.authorization).toBe(`Bearer ${key}`);
  expect(asked?.body).toMatchObject({ model: "tide-8b", stream: true, temperature: 0.3, top_p: 0.9, top_k: 20 });
  expect(asked?.body?.messages).toEqual([
    { role: "system", content: "You are Ebb." },
    { role: "user", content: "Hello" },
    { role: "assistant", content: "Hello." },
    { role: "user", content: "How often?" },
  ]);
  expect(noted).toEqual([{ host: server.host, why: "remote-reply", bytes: expect.any(Number) }]);
  expect(noted[0]?.bytes).toBeGreaterThan(200);
});

test("what the model thinks is told apart from what it says, by field or by tags, wherever they are cut", async () => {
  const read = async (behaviour: Behaviour): Promise<Record<string, string>> => {
    server.script = [behaviour];
    const said: Record<string, string> = { text: "", thought: "" };
    for await (const piece of model().generate(request("?"))) if (piece.type !== "end") said[piece.type] += piece.text;
    return said;
  };
  const end = [event({}, "stop"), "data: [DONE]\n\n"];
  const wanted = { thought: "Let me see.", text: "Twice." };
  const fields = [
    event({ reasoning_content: "Let me " }),
    event({ reasoning_content: "see." }),
    event({ content: "Twice." }),
  ];
  expect(await read(pieces([...fields, ...end]))).toEqual(wanted);
  expect(await read(pieces([event({ reasoning: "Let me see." }), event({ content: "Twice." }), ...end]))).toEqual(
    wanted,
  );
  const tagged = "<think>Let me see.</think>\n\nTwice.";
  for (const size of [1, 2, 3, 5, 8, 40]) {
    const cutUp = tagged.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [];
    expect(await read(pieces([...cutUp.map((content) => event({ content })), ...end]))).toEqual(wanted);
  }
});

test("a reply that is stopped ends at once, and the connection with it", async () => {
  server.pace = 20;
  server.reply = "word ".repeat(500);
  const stop = new AbortController();
  let text = "";
  let stoppedAt = 0;
  let finish = "";
  for await (const piece of model().generate(request("?", { signal: stop.signal }))) {
    if (piece.type === "end") finish = piece.summary.finish;
    else text += piece.text;
    if (text.length > 20 && stoppedAt === 0) {
      stoppedAt = performance.now();
      stop.abort();
    }
  }
  expect(performance.now() - stoppedAt).toBeLessThan(100);
  expect(finish).toBe("aborted");
  expect(text.startsWith("word word ")).toBe(true);
  await expect.poll(() => server.abandoned).toBe(1);
});

test.each([
  ["before the server answers", silence],
  ["while it is silent in the middle", stall()],
])("stopping works %s", async (_when, behaviour) => {
  server.script = [behaviour];
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 60);
  const begun = performance.now();
  const { summary } = await collect(
    model({}, { patience: { connect: 9_000, firstByte: 9_000, idle: 9_000 } }),
    request("?", { signal: stop.signal }),
  );
  expect(summary.finish).toBe("aborted");
  expect(performance.now() - begun).toBeLessThan(160 + 100);
});

describe("JSON", () => {
  const asked = request("How is the sea?", { schema: shape });
  const json = '{"mood":"calm","note":"ok"}';

  test("is asked for by its schema", async () => {
    server.reply = json;
    expect((await collect(model(), asked)).text).toBe(json);
    expect(server.chats[0]?.response_format).toMatchObject({
      type: "json_schema",
      json_schema: { schema: { required: ["mood", "note"], additionalProperties: false } },
    });
  });

  test("falls back to some JSON, then to asking for it; what the server takes is remembered", async () => {
    const refused = refuse(400, { error: { message: "response_format is not supported" } });
    server.script = [refused, refused, say(`Sure!\n\`\`\`json\n${json}\n\`\`\`\nAnything else?`)];
    const remote = model();
    expect((await collect(remote, asked)).text).toBe(json);
    expect(server.chats.map(({ response_format }) => response_format?.type)).toEqual([
      "json_schema",
      "json_object",
      undefined,
    ]);
    expect(server.chats[2]?.messages[0]?.content).toContain('"enum":["calm","rough"]');
    server.reply = json;
    expect((await collect(remote, asked)).text).toBe(json);
    expect(server.chats).toHaveLength(4);
    expect(server.chats[3]?.response_format).toBeUndefined();
  });

  test("of another shape is a failure, longer texts are cut, and what is cut short stays so", async () => {
    server.script = [say('{"mood":"stormy","note":"ok"}')];
    expect((await fault(collect(model(), asked))).code).toBe("REMOTE_FAILED");
    server.script = [say('{"mood":"calm","note":"far too long a note","more":1}')];
    expect((await collect(model(), asked)).text).toBe('{"mood":"calm","note":"far too lo"}');
    server.script = [pieces([event({ content: '{"mood":"ca' }), event({}, "length"), "data: [DONE]\n\n"])];
    expect(await collect(model(), asked)).toMatchObject({ text: '{"mood":"ca', summary: { finish: "length" } });
  });
});

test("settings that a server doesn't know are left out, once and for all", async () => {
  server.script = [refuse(422, { detail: [{ loc: ["body", "top_k"], msg: "extra fields not permitted" }] })];
  const remote = model();
  expect((await collect(remote, request("?", { topK: 20, minP: 0.1, seed: 1 }))).text).toBe(server.reply);
  expect((await collect(remote, request("?", { topK: 20 }))).text).toBe(server.reply);
  expect(server.chats.map((asked) => "top_k" in asked)).toEqual([true, false, false]);
  expect("stream_options" in (server.chats[1] ?? {})).toBe(false);
});

test("a model that samples as it likes is asked without any settings", async () => {
  const message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
  server.script = [refuse(400, { error: { message } }), refuse(400, { error: { message } })];
  expect((await collect(model(), request("?", { topK: 20, maxTokens: 77 }))).text).toBe(server.reply);
  const { messages: _, ...last } = server.chats.at(-1) as ChatRequest;
  expect(last).toEqual({ model: "tide-8b", stream: true, max_completion_tokens: 77 });
});

test("a request that is refused however it is asked is given up", async () => {
  server.always = refuse(400);
  expect((await fault(collect(model(), request("?", { schema: shape })))).code).toBe("REMOTE_REFUSED");
  expect(server.chats).toHaveLength(5);
});

test("a busy server is asked again a few times, as late as it wants", async () => {
  server.script = [refuse(429, {}, { "retry-after": "7" }), refuse(503), say("There.")];
  expect((await collect(model(), request("?"))).text).toBe("There.");
  expect(waited[0]).toBe(7_000);
  expect(waited).toHaveLength(2);
  server.script = Array.from({ length: 9 }, () => refuse(429));
  expect((await fault(collect(model(), request("?")))).code).toBe("REMOTE_LIMITED");
  expect(server.chats).toHaveLength(3 + 4);
  server.script = [refuse(429, {}, { "retry-after": "3600" })];
  const { code, said } = await fault(collect(model(), request("?")));
  expect(code).toBe("REMOTE_LIMITED");
  expect(said).toContain("Wait 60 minutes");
});

test("a wait for a busy server ends with the stop", async () => {
  server.always = refuse(503, {}, { "retry-after": "20" });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 80);
  const { summary } = await collect(
    new RemoteModel(
      { base: `${server.origin}/v1`, host: server.host, model: "m", contextSize: () => 4_096, key: async () => null },
      { onRequest: () => () => undefined },
    ),
    request("?", { signal: stop.signal }),
  );
  expect(summary.finish).toBe("aborted");
});

const json = { "content-type": "application/json" };
const secretEcho = `what you said: tell me of quombelflax; key ${key}`;
test.each<[string, Behaviour, string]>([
  ["a key that is not known", refuse(401, { error: { message: secretEcho } }), "REMOTE_DENIED"],
  ["a key that may not", refuse(403, { error: { message: secretEcho } }), "REMOTE_DENIED"],
  ["a model that is not there", refuse(404, { error: { message: secretEcho } }), "REMOTE_REFUSED"],
  ["a fault of the request", refuse(409, { error: { message: secretEcho } }), "REMOTE_REFUSED"],
  ["a fault of the server", refuse(500, { error: { message: secretEcho } }), "REMOTE_FAILED"],
  [
    "too long a prompt",
    refuse(400, { error: { message: `maximum context length; ${secretEcho}` } }),
    "CONTEXT_OVERFLOW",
  ],
  ["no JSON", pieces([event({ content: "a" }), "data: {broken\n\n"]), "REMOTE_FAILED"],
  [
    "a failure in the stream",
    pieces([event({ content: "a" }), `data: {"error":{"message":"${secretEcho}"}}\n\n`]),
    "REMOTE_FAILED",
  ],
  ["a web page", pieces(["<html>"], { "content-type": "text/html" }), "REMOTE_FAILED"],
  ["JSON that is no reply", pieces([`{"error":"${secretEcho}"}`], json), "REMOTE_FAILED"],
  ["a line without end", pieces(Array.from({ length: 40 }, () => `data: ${"x".repeat(65_536)}`)), "REMOTE_FAILED"],
  ["an end before the end", pieces([event({ content: "The" })]), "REMOTE_UNREACHABLE"],
  ["a broken connection", cut(), "REMOTE_UNREACHABLE"],
  ["silence in the middle", stall(), "REMOTE_UNREACHABLE"],
  ["silence from the start", silence, "REMOTE_UNREACHABLE"],
  ["a way to another host", redirect("http://127.0.0.2:9/v1/chat/completions"), "REMOTE_FAILED"],
  ["a way to another port", redirect("http://127.0.0.1:9/v1/chat/completions"), "REMOTE_FAILED"],
])("%s is told with a remedy, and without a word of what was said or the key", async (_what, behaviour, wanted) => {
  server.always = behaviour;
  const { code, said } = await fault(collect(model(), request("Tell me of quombelflax.")));
  expect(code).toBe(wanted);
  expect(said).not.toMatch(/quombelflax/);
  expect(said.length).toBeGreaterThan(30);
});

test("a redirect on the same server is followed, a bounded number of times", async () => {
  server.script = [redirect("/v1/chat/completions")];
  expect((await collect(model(), request("?"))).text).toBe(server.reply);
  server.always = redirect("/v1/chat/completions");
  expect((await fault(collect(model(), request("?")))).code).toBe("REMOTE_FAILED");
  expect(server.asked).toHaveLength(2 + 4);
});

test("nobody at the address is said so", async () => {
  await server.close();
  const { code, said } = await fault(collect(model(), request("?")));
  expect(code).toBe("REMOTE_UNREACHABLE");
  expect(said).toContain("Nothing answers at 127.0.0.1");
});

test("a server that does not stream is read whole", async () => {
  const message = { role: "assistant", content: "Twice a day." };
  server.script = [pieces([JSON.stringify({ choices: [{ message, finish_reason: "stop" }] })], json)];
  expect((await collect(model(), request("?"))).text).toBe("Twice a day.");
});

test("a reply is the same however its bytes are cut, with CRLF, comments, fields in other orders and no last line", async () => {
  const stream =
    ": welcome\r\n\r\nevent: message\r\nid: 1\r\n" +
    `${event({ content: "Čaj ☕ 茶 " }).trimEnd()}\r\n\r\n: ping\r\n\r\n` +
    `${event({ content: "🍵." }).replace("data: ", "data:").trimEnd()}\r\n\r\n` +
    event({}, "stop").trimEnd();
  const bytes = Buffer.from(stream);
  for (const size of [1, 3, 7, 64, bytes.length]) {
    const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, place) =>
      bytes.subarray(place * size, (place + 1) * size),
    );
    server.script = [
      (response) => {
        response.writeHead(200, events);
        for (const part of parts) response.write(part);
        response.end();
      },
    ];
    expect((await collect(model(), request("?"))).text).toBe("Čaj ☕ 茶 🍵.");
  }
});

test("one request at a time; what is read in the background gives way to a chat at once", async () => {
  server.pace = 15;
  server.reply = "word ".repeat(40);
  const remote = model();
  const background = collect(remote, request("Read.", { beside: "background" }));
  await expect.poll(() => server.chats.length).toBe(1);
  const chat = collect(remote, request("Hello."));
  expect((await background).summary.finish).toBe("aborted");
  expect((await chat).summary.finish).toBe("stop");
  const order: string[] = [];
  const ask = (name: string, beside?: "aside" | "background") =>
    collect(remote, request(name, beside ? { beside } : {})).then(() => order.push(name));
  server.reply = "Short.";
  await Promise.all([ask("first"), ask("aside", "aside"), ask("chat")]);
  expect(order).toEqual(["first", "chat", "aside"]);
  expect(noted.map(({ why }) => why)).toContain("remote-learning");
});

test("old turns give way where a conversation is longer than the context", async () => {
  const history = Array.from({ length: 60 }, (_, place) => ({
    role: place % 2 === 0 ? ("user" as const) : ("assistant" as const),
    text: `turn ${place} ${"word ".repeat(60)}`,
  })).slice(0, 59);
  const earlier = [{ from: 0, text: "They talked of boats." }];
  const { summary } = await collect(model(), request("", { history, earlier, maxTokens: 500 }));
  expect(summary.droppedTurns).toBeGreaterThan(10);
  const told = server.chats[0]?.messages ?? [];
  expect(told[1]?.content).toContain("They talked of boats.");
  expect(told.at(-1)?.content).toContain("turn 58");
  const long = fault(collect(model(), request("word ".repeat(20_000))));
  expect((await long).code).toBe("CONTEXT_OVERFLOW");
});
