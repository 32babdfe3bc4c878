/** Sizes that both sides of the contract agree on, so that the window can say no before anything travels. */
export const limits = {
  /** Characters (UTF-16 units) of one chat message. */
  messageChars: 200_000,
  /** Characters of one memory's text. */
  memoryChars: 2_000,
  /** Characters that say when a memory holds. */
  whenChars: 80,
  /** Characters of a task's name and of its value. */
  taskLabelChars: 120,
  taskValueChars: 2_000,
  /** Characters of what a reminder says. */
  reminderChars: 500,
  /** Characters of a conversation title. */
  titleChars: 200,
  /** Characters of a search query. */
  queryChars: 1_000,
  /** Characters of an import file. */
  importChars: 24_000_000,
  /** Bytes of one frame on a carrier; a larger one ends the connection. */
  frameBytes: 100 * 1024 * 1024,
  /** Entries of one page of a list. */
  pageSize: 200,
} as const;
