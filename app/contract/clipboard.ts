/**
 * The line over what a message quotes from the clipboard, each line of it after a "> ". In a file of its own, so that a page
 * that needs nothing else loads no schemas.
 */
export const clipboardHeading = "From the clipboard:";
