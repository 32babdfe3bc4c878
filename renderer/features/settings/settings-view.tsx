import { useQuery, useQueryClient } from "@tanstack/react-query";
import { BookMarked, ChevronRight, Cpu } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { Link } from "wouter";
import type { Settings } from "../../../app/contract/index.ts";
import { useApi, useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import { LearningNote } from "../../ui/learning-note.tsx";
import { Notice } from "../../ui/notice.tsx";
import { cardClass, ScrollPage, Section } from "../../ui/page.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toastFailure } from "../../ui/toast.tsx";
import { Finding } from "./finding.tsx";
import { QuickAsk } from "./quick-ask.tsx";
import { SwitchRow } from "./switch-row.tsx";
import { ThemeChoice } from "./theme-choice.tsx";
import { UnloadAfter } from "./unload-after.tsx";

export function SettingsView() {
  const queries = useQueries();
  const settings = useQuery(queries.settings());
  const status = useQuery(queries.status());
  useEffect(() => {
    document.title = "Settings · Ebb";
  }, []);
  return (
    <ScrollPage title="Settings">
      {settings.data ? (
        <Choices settings={settings.data} />
      ) : settings.error ? (
        <Notice failure={toFailure(settings.error)} />
      ) : (
        <Spinner />
      )}
      <Finding />
      <QuickAsk />
      <Section title="Privacy">
        <div className={`${cardClass} px-5 py-4 text-sm`}>
          <ul className="flex list-disc flex-col gap-1.5 pl-4 marker:text-accent">
            <li>Nothing leaves this computer unless you start it.</li>
            <li>Every reply shows which memories it used; every memory shows your own words that it came from.</li>
            <li>Deleted means gone: no byte of the text remains in Ebb's files or backups.</li>
            <li>Ebb keeps no statistics about you and calls no server of its makers.</li>
          </ul>
        </div>
      </Section>
      {status.data && (
        <Section title="Data">
          <dl className={`${cardClass} divide-y divide-line px-5 text-sm`}>
            <Fact name="Folder">
              <span className="font-mono text-xs break-all">{status.data.dataFolder}</span>
            </Fact>
            <Fact name="Version">{status.data.version}</Fact>
          </dl>
        </Section>
      )}
    </ScrollPage>
  );
}

function Choices({ settings }: { settings: Settings }) {
  const api = useApi();
  const cache = useQueryClient();
  const change = (part: Partial<Settings>) => {
    // Shown at once; what the engine says afterwards is what holds.
    cache.setQueryData<Settings>(["settings"], { ...settings, ...part });
    api.system
      .configure(part)
      .then((now) => cache.setQueryData<Settings>(["settings"], now))
      .catch((error: unknown) => {
        cache.setQueryData<Settings>(["settings"], settings);
        toastFailure(error);
      });
  };
  return (
    <>
      <Section title="Appearance">
        <ThemeChoice theme={settings.theme} onChange={(theme) => change({ theme })} />
      </Section>
      <Section title="Memory">
        <div className={`${cardClass} divide-y divide-line`}>
          <SwitchRow on={settings.learning} onChange={(learning) => change({ learning })} title="Learn from what I say">
            {settings.learning
              ? "Ebb remembers what matters in your chats and tells you each time."
              : "Ebb learns nothing new. It still uses what it already knows."}
          </SwitchRow>
          <div className="px-5 py-3 empty:hidden">
            <LearningNote waiting />
          </div>
          <Entry href="/memory" icon={<BookMarked className="size-4" />} title="What Ebb remembers">
            Read, edit, pin, delete, export and import memories
          </Entry>
        </div>
      </Section>
      <Section title="Reminders">
        <div className={cardClass}>
          <SwitchRow
            on={settings.remindersInNotifications}
            onChange={(remindersInNotifications) => change({ remindersInNotifications })}
            title="Show what a reminder says in notifications"
          >
            {settings.remindersInNotifications
              ? "Your system shows its words on the screen, and may keep them in its own list of notifications."
              : "Your system says only that there is a reminder. Its words stay in Ebb."}
          </SwitchRow>
        </div>
      </Section>
      <Section title="Model">
        <div className={`${cardClass} divide-y divide-line`}>
          <UnloadAfter
            minutes={settings.unloadAfterMinutes}
            onChange={(unloadAfterMinutes) => change({ unloadAfterMinutes })}
          />
          <Entry href="/models" icon={<Cpu className="size-4" />} title="Models">
            Choose what answers in your chats
          </Entry>
        </div>
      </Section>
    </>
  );
}

interface EntryProps {
  href: string;
  icon: ReactNode;
  title: string;
  children: ReactNode;
}

function Entry({ href, icon, title, children }: EntryProps) {
  return (
    <Link href={href} className="flex items-center gap-3.5 rounded-xl px-5 py-3.5 text-sm hover:bg-hover">
      <span className="text-accent" aria-hidden>
        {icon}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{title}</span>
        <span className="block text-muted">{children}</span>
      </span>
      <ChevronRight className="size-4 text-muted" aria-hidden />
    </Link>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-baseline gap-x-6 py-3">
      <dt className="w-20 text-muted">{name}</dt>
      <dd className="min-w-0 flex-1">{children}</dd>
    </div>
  );
}
