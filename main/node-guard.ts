/**
 * Stops with a sentence where the running Node is too old for the native parts: without this check they would end the
 * process without a word.
 */
if (Number(process.versions.napi) < 10) {
  process.stderr.write(
    `Ebb needs Node 24 or newer, and this is Node ${process.versions.node}. Install Node 24 from nodejs.org.\n`,
  );
  process.exit(1);
}
