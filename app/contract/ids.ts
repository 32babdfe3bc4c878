import { z } from "zod";

export const id = z.string().min(1).max(64);
/** Milliseconds since 1970-01-01 UTC. */
export const instant = z.number().int();
