import { z } from "zod";
import { route } from "../app/contract/desktop.ts";

/** What a start of Ebb is for. A second start hands it to the Ebb that runs already. */
export const hostCommand = z.discriminatedUnion("name", [
  /** Shows the main window; on a view where one is named. */
  z.object({ name: z.literal("open"), route: route.optional() }),
  z.object({ name: z.literal("quick-ask") }),
]);
export type HostCommand = z.infer<typeof hostCommand>;

/** What the arguments of a start ask for: a command, or to run without a window until one is asked for. Others are ignored. */
export function commandOf(args: readonly string[]): HostCommand | "hidden" {
  if (args.includes("--quick-ask")) return { name: "quick-ask" };
  return args.includes("--hidden") ? "hidden" : { name: "open" };
}
