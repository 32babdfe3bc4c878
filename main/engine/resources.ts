import { join } from "node:path";

/**
 * The folder of the embedder that comes with Ebb, as seen from the folder of the built processes. In the packed app it lies
 * beside the archive, because onnxruntime reads files itself and knows no archives.
 */
export function bundledEmbedder(built: string): string {
  return join(built, "..", "..", "resources", "embedder").replace(/\.asar(?=[\\/])/, ".asar.unpacked");
}
