import type { implement } from "@orpc/server";
import type { contract } from "../contract/index.ts";
import type { Engine } from "../engine.ts";
import { saysAFewWords } from "../llm/say-a-few-words.ts";

type Implementer = ReturnType<typeof implement<typeof contract>>["remote"];

/** What is asked about a model on another computer. */
export function remoteHandlers(api: Implementer, engine: Engine) {
  const remote = () => engine.session.remote;
  return {
    state: api.state.handler(() => remote().view()),
    find: api.find.handler(({ input }) => remote().find(input.address, input.key)),
    connect: api.connect.handler(({ input }) => remote().connect(input)),
    configure: api.configure.handler(({ input }) => remote().configure(input)),
    use: api.use.handler(() => remote().use()),
    stop: api.stop.handler(() => remote().stop()),
    forget: api.forget.handler(() => remote().forget()),
    test: api.test.handler(() => saysAFewWords(remote(), undefined)),
  };
}
