import { useState } from "react";
import type { KeyKeeping, OfferedModel, RemoteModelState } from "../../../app/contract/index.ts";
import { useApi } from "../../client/context.tsx";
import { Button } from "../../ui/button.tsx";
import { fieldClass } from "../../ui/field.ts";
import { Notice } from "../../ui/notice.tsx";
import { Plain } from "./remote.tsx";
import { useAct } from "./use-act.ts";

interface Props {
  /** What is set up already. */
  start: RemoteModelState | null;
  keeping: KeyKeeping;
  onDone: () => void;
}

interface Found {
  host: string;
  plain: boolean;
  here: boolean;
  models: OfferedModel[];
}

/** In two steps: who is asked, which is when the first request goes out, and which of its models is to answer. */
export function RemoteForm({ start, keeping, onDone }: Props) {
  const api = useApi();
  const { failure, busy, run } = useAct();
  const [address, setAddress] = useState(start?.address ?? "");
  const [key, setKey] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  const [model, setModel] = useState(start?.model ?? "");
  const [learning, setLearning] = useState(start?.alsoForLearning ?? false);
  const where = { address, ...(key !== "" && { key }) };

  const look = () =>
    run(async () => {
      const answer = await api.remote.find(where);
      setFound(answer);
      const [first] = answer.models;
      if (first && !answer.models.some(({ id }) => id === model)) setModel(first.id);
    });
  const connect = async () => {
    if (await run(() => api.remote.connect({ ...where, model, alsoForLearning: learning }))) onDone();
  };

  return (
    <form
      className="flex flex-col gap-3"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void (found ? connect() : look());
      }}
    >
      <Text
        label="Address"
        placeholder="https://models.example.org or localhost:11434"
        value={address}
        onChange={(value) => {
          setAddress(value);
          setFound(null);
        }}
      />
      <Text
        label={start?.hasKey ? "Key (empty: the one that is kept)" : "Key, if it wants one"}
        secret
        value={key}
        onChange={(value) => {
          setKey(value);
          setFound(null);
        }}
      />
      {keeping === "weak" && (
        <p className="text-sm text-notice" data-keeping="weak">
          This system has no keychain. A key would be encrypted, but any program that you run could read it.
        </p>
      )}
      {keeping === "memory" && (
        <p className="text-sm text-notice" data-keeping="memory">
          This system offers no way to keep a key: you would have to enter it each time Ebb starts.
        </p>
      )}
      {found && (
        <>
          {found.plain && <Plain host={found.host} />}
          {found.models.length > 0 ? (
            <label className="flex flex-col gap-1 text-sm">
              <span className="text-muted">Model</span>
              <select value={model} onChange={(event) => setModel(event.target.value)} className={fieldClass}>
                {found.models.map(({ id, contextLength }) => (
                  <option key={id} value={id}>
                    {contextLength === null ? id : `${id} (${contextLength.toLocaleString()} tokens)`}
                  </option>
                ))}
              </select>
            </label>
          ) : (
            <Text label={`Name of the model (${found.host} has no list)`} value={model} onChange={setModel} />
          )}
          <label className="flex w-fit items-center gap-2 text-sm">
            <input
              type="checkbox"
              checked={learning}
              onChange={(event) => setLearning(event.target.checked)}
              className="size-4 accent-accent"
            />
            Also for learning: it reads what you say for memories and tasks
          </label>
          <p className="text-sm">
            Once it is in use, what you write in chats {found.here ? "" : "leaves this computer and "}goes to{" "}
            {found.host}, with what Ebb remembers that bears on it. Each such reply is marked.
          </p>
        </>
      )}
      {failure && <Notice failure={failure} />}
      <div className="flex flex-wrap gap-2">
        {found ? (
          <Button type="submit" look="primary" disabled={busy || model.trim() === ""}>
            Use this model
          </Button>
        ) : (
          <Button type="submit" look="primary" disabled={busy || address.trim() === ""}>
            {busy ? "Asking…" : "Look for models"}
          </Button>
        )}
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}

interface TextProps {
  label: string;
  placeholder?: string;
  secret?: boolean;
  value: string;
  onChange: (value: string) => void;
}

function Text({ label, placeholder, secret = false, value, onChange }: TextProps) {
  return (
    <label className="flex min-w-0 flex-col gap-1 text-sm">
      <span className="text-muted">{label}</span>
      <input
        type={secret ? "password" : "text"}
        // A browser must neither keep it nor offer one of its own.
        autoComplete={secret ? "new-password" : "off"}
        placeholder={placeholder}
        spellCheck={false}
        autoCapitalize="none"
        maxLength={secret ? 4_000 : 2_000}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`${fieldClass} min-w-0`}
      />
    </label>
  );
}
