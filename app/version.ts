import manifest from "../package.json" with { type: "json" };

/** The version of this Ebb, as in package.json. */
export const version = manifest.version;
