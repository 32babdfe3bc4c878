import type { EarlierTurns } from "../llm/port.ts";
import { blockLength, blockMessages, cut, readChars, tell } from "../memory/consolidate/segment.ts";
import type { EpisodeMessage } from "../storage/episodes.ts";

/** So many sittings back turns are told in short; what was said before is only counted. */
const blocksBack = 4;

/**
 * The turns of a conversation in short, episode by episode, for where they no longer fit the prompt. `turns` are the whole history.
 * What is told of old turns does not change as the conversation goes on, so that the model can keep what it has read.
 */
export function earlierTurns(turns: readonly Omit<EpisodeMessage, "seq">[]): EarlierTurns[] {
  const last = Math.floor(turns.length / blockMessages);
  let from = Math.max(0, last - blocksBack) * blockMessages;
  const left = turns.slice(from).map((turn, place) => ({ ...turn, text: turn.text.slice(0, readChars), seq: place }));
  const told: EarlierTurns[] = [];
  while (left.length > 0) {
    const block = left.splice(0, blockLength(left));
    for (const run of cut(block)) {
      const { summary } = tell(run);
      if (summary !== "") told.push({ from, text: summary });
      from += run.length;
    }
  }
  return told;
}
