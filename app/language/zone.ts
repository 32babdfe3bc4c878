/** A moment as a wall clock in some zone shows it; month 1 to 12. */
export type WallTime = { year: number; month: number; day: number; hour: number; minute: number };

const formats = new Map<string, Intl.DateTimeFormat>();
const knownZones = 64;

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    const options = {
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    } as const;
    try {
      format = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
    } catch {
      format = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
    }
    // Zones come with messages: a flood of odd ones must not pile up.
    if (formats.size >= knownZones) formats.clear();
    formats.set(zone, format);
  }
  return format;
}

/** The wall time of `at` (ms since 1970 UTC) in the zone; an unknown zone counts as UTC. */
export function wallTime(at: number, zone: string): WallTime {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  return { year, month, day, hour, minute };
}

/** Minutes by which the zone is ahead of UTC at `at`. */
export function offsetMinutes(at: number, zone: string): number {
  const { year, month, day, hour, minute } = wallTime(at, zone);
  return Math.round((Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at / 60_000) * 60_000) / 60_000);
}

const minute = 60_000;
const day = 86_400_000;

/**
 * The instant (ms since 1970 UTC) at which clocks of the zone show this: the first one where they show it twice, and where they never
 * do, the one at which they jump past it. Days out of range roll over.
 */
export function instantOf(wall: WallTime, zone: string): number {
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);
  const offsets = [asUtc - day, asUtc, asUtc + day].map((at) => offsetMinutes(at, zone) * minute);
  const candidates = offsets.map((offset) => asUtc - offset).sort((a, b) => a - b);
  const shown = candidates.find((at) => at + offsetMinutes(at, zone) * minute === asUtc);
  if (shown !== undefined) return shown;
  // The clocks jump between the earliest and the latest of them: halve that until the minute is found.
  let [before = asUtc, after = asUtc] = [candidates[0], candidates.at(-1)];
  while (after - before > minute) {
    const middle = before + Math.floor((after - before) / 2 / minute) * minute;
    if (middle + offsetMinutes(middle, zone) * minute < asUtc) before = middle;
    else after = middle;
  }
  return after;
}

/** The wall date `days` later, at the same hour. */
export function addDays(time: WallTime, days: number): WallTime {
  const moved = new Date(Date.UTC(time.year, time.month - 1, time.day + days));
  return { ...time, year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf({ year, month, day }: WallTime): number {
  return (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
}
