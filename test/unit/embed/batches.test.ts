import fc from "fast-check";
import { expect, test } from "vitest";
import { batchesOf } from "../../../app/embed/batches.ts";
import { packVectors, unpackVectors } from "../../../app/embed/vector-text.ts";

test("every row with tokens is in one batch, and no batch of several rows is larger than allowed", () => {
  const most = { rows: 8, tokens: 64 };
  fc.assert(
    fc.property(fc.array(fc.nat(100), { maxLength: 60 }), (lengths) => {
      const batches = batchesOf(lengths, most);
      const places = batches.flatMap((batch) => batch.places).sort((a, b) => a - b);
      expect(places).toEqual(lengths.flatMap((length, place) => (length > 0 ? [place] : [])));
      for (const batch of batches) {
        expect(batch.length).toBe(Math.max(...batch.places.map((place) => lengths[place] ?? 0)));
        expect(batch.places.length).toBeLessThanOrEqual(most.rows);
        if (batch.places.length > 1) expect(batch.places.length * batch.length).toBeLessThanOrEqual(most.tokens);
      }
    }),
  );
});

test("vectors come out of their text as they went in", () => {
  const vectors = [new Float32Array([1, -2.5, 3e-20]), new Float32Array([0, Number.MAX_VALUE, -0])];
  expect(unpackVectors(packVectors(vectors, 3), 3)).toEqual(vectors);
  expect(unpackVectors(packVectors([], 3), 3)).toEqual([]);
  expect(() => unpackVectors(packVectors(vectors, 3), 4)).toThrow(RangeError);
});
