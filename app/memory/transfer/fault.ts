import { EbbError } from "../../contract/errors.ts";

/** What is wrong with a file that is being read, and where: `place` is a path in the JSON or a byte. Never content. */
export class Fault extends Error {
  readonly place: string;
  readonly what: string;

  constructor(place: string, what: string) {
    super(`${place}: ${what}`);
    this.name = "Fault";
    this.place = place;
    this.what = what;
  }
}

/** What is sound, and more than can be held at once. */
export class TooLargeFault extends Fault {}

/** The error of a file in which a fault was found, or of one that cannot be taken at all. */
export function importInvalid(message: string, remedy: string, cause?: unknown): EbbError {
  return new EbbError("IMPORT_INVALID", message, `${remedy} Nothing was imported.`, cause);
}

export function importTooLarge(message: string): EbbError {
  return new EbbError("TOO_LARGE", message, "Ask for a smaller export, or split the file. Nothing was imported.");
}

/** A name from the file as part of a path: short enough to be shown. */
export function keyOf(name: string): string {
  const shown = name.length > 64 ? `${name.slice(0, 64)}…` : name;
  return `[${JSON.stringify(shown.toWellFormed())}]`;
}
