import { useQuery } from "@tanstack/react-query";
import { useQueries } from "../../client/context.tsx";
import { Logo } from "../../ui/logo.tsx";
import { StillTrue } from "../../ui/still-true.tsx";

const examples = [
  { title: "Tell Ebb something", text: "Remember that my sister's name is Ana and her birthday is on 4 May." },
  { title: "Say how you like things", text: "From now on always answer briefly." },
  { title: "Ask what it knows", text: "What do you know about me?" },
  { title: "Correct it", text: "No, actually my appointment is on Thursday." },
];

/** The empty chat: what Ebb is for, with sentences to start from. They go to the composer, so that each can be changed. */
export function Welcome({ onPick }: { onPick: (text: string) => void }) {
  const { data } = useQuery(useQueries().status());
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex min-h-full w-full max-w-[46rem] flex-col justify-center gap-8 px-5 py-8">
        <div>
          <Logo className="size-11" />
          <h2 className="mt-5 text-2xl font-semibold tracking-tight">What should Ebb remember?</h2>
          <p className="mt-2 max-w-lg text-muted">
            Talk as you would to someone who knows you. Ebb keeps what matters, lets the rest fade, and shows you which
            memory each answer rests on.{data?.remote === null && " Nothing leaves this computer."}
          </p>
        </div>
        <StillTrue />
        <ul className="grid gap-2.5 sm:grid-cols-2" aria-label="Examples">
          {examples.map(({ title, text }) => (
            <li key={title}>
              <button
                type="button"
                onClick={() => onPick(text)}
                className="flex h-full w-full flex-col rounded-xl border border-line bg-raised px-4 py-3 text-left transition-colors hover:border-line-strong"
              >
                <span className="text-[0.8125rem] font-medium text-accent">{title}</span>
                <span className="mt-0.5">{text}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
