import { useQuery } from "@tanstack/react-query";
import { Globe } from "lucide-react";
import { useState } from "react";
import type { KeyKeeping, RemoteModelState, RemoteState } from "../../../app/contract/index.ts";
import { useApi, useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { cardClass, Section } from "../../ui/page.tsx";
import { HowItWrites } from "./how-it-writes.tsx";
import { ModelTest } from "./model-test.tsx";
import { RemoteForm } from "./remote-form.tsx";
import { useAct } from "./use-act.ts";

/** A model on another computer: off until the user connects it, and plain about what leaves this one. */
export function Remote() {
  const { data, error } = useQuery(useQueries().remote());
  return (
    <Section
      title="Another computer"
      detail="A server that you trust can answer instead, on another computer or on this one: llama-server, Ollama, vLLM, or anything else that speaks OpenAI's protocol. Off until you connect it."
    >
      {data ? <Loaded state={data} /> : error && <Notice failure={toFailure(error)} />}
    </Section>
  );
}

function Loaded({ state: { remote, keeping } }: { state: RemoteState }) {
  const [editing, setEditing] = useState(false);
  if (editing) {
    return (
      <div className={`${cardClass} px-5 py-4`}>
        <RemoteForm start={remote} keeping={keeping} onDone={() => setEditing(false)} />
      </div>
    );
  }
  if (remote) return <SetUp remote={remote} keeping={keeping} onChange={() => setEditing(true)} />;
  return (
    <Button className="self-start" onClick={() => setEditing(true)}>
      <Globe className="size-4" aria-hidden />
      Connect to another computer
    </Button>
  );
}

const keptIn: Record<KeyKeeping, string> = {
  keychain: "Its key is kept in this system's keychain.",
  weak: "This system has no keychain: the key is encrypted, but any program that you run could read it.",
  file: "Its key is kept in a file that only your account on this computer can read.",
  memory: "This system offers no way to keep the key: it is gone when Ebb ends.",
};

interface SetUpProps {
  remote: RemoteModelState;
  keeping: KeyKeeping;
  onChange: () => void;
}

function SetUp({ remote, keeping, onChange }: SetUpProps) {
  const api = useApi();
  const { failure, busy, run } = useAct();
  const { host, model, address, inUse, plain, hasKey, alsoForLearning, settingsKey } = remote;
  return (
    <div className={`${cardClass} flex flex-col gap-4 px-5 py-4`} data-remote={inUse ? "in-use" : "off"}>
      <div>
        <p className="font-medium">{model}</p>
        <p className="mt-0.5 font-mono text-xs break-all text-muted">{address}</p>
      </div>
      <p className="text-sm">
        {inUse
          ? `In use: what you write in chats goes to ${host}, with what Ebb remembers that bears on it, and ${host} answers.`
          : `Not in use: nothing goes to ${host}.`}
      </p>
      {plain && <Plain host={host} />}
      {hasKey && (
        <p className={`text-sm ${keeping === "weak" ? "text-notice" : "text-muted"}`} data-keeping={keeping}>
          {keptIn[keeping]}
        </p>
      )}
      <label className="flex w-fit items-start gap-2 text-sm">
        <input
          type="checkbox"
          checked={alsoForLearning}
          disabled={busy}
          onChange={(event) => void run(() => api.remote.configure({ alsoForLearning: event.target.checked }))}
          className="mt-0.5 size-4 accent-accent"
        />
        <span>
          Also for learning
          <span className="block text-muted">
            {alsoForLearning
              ? `${host} also reads what you say for memories and tasks.`
              : "Only a model on this computer reads what you say for memories and tasks."}
          </span>
        </span>
      </label>
      <HowItWrites path={settingsKey} />
      {failure && <Notice failure={failure} />}
      <div className="flex flex-wrap gap-2">
        {inUse ? (
          <Button disabled={busy} onClick={() => run(() => api.remote.stop())}>
            Disconnect
          </Button>
        ) : (
          <Button look="primary" disabled={busy} onClick={() => run(() => api.remote.use())}>
            Use
          </Button>
        )}
        <Button disabled={busy} onClick={onChange}>
          Change
        </Button>
        <Button disabled={busy} onClick={() => run(() => api.remote.forget())}>
          {hasKey ? "Forget it and its key" : "Forget it"}
        </Button>
        {inUse && <ModelTest key={settingsKey} test={() => api.remote.test()} />}
      </div>
    </div>
  );
}

/** What is sent without encryption can be read by others in the network. */
export function Plain({ host }: { host: string }) {
  return (
    <Notice
      tone="notice"
      failure={{
        message: `The way to ${host} is not encrypted.`,
        remedy:
          "Whoever is in the same network could read what is sent, and the key. Use https where the server has it.",
      }}
    />
  );
}
