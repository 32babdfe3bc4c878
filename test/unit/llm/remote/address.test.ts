import { expect, test } from "vitest";
import { basesOf, isPrivateIp, requireAddress } from "../../../../app/llm/remote/address.ts";

test.each([
  ["https://models.example.org", "https://models.example.org", false],
  [" https://models.example.org/v1/ ", "https://models.example.org/v1", false],
  ["https://gate.example.org/openai/v1/chat/completions", "https://gate.example.org/openai/v1", false],
  ["models.example.org", "https://models.example.org", false],
  ["localhost:11434", "http://localhost:11434", false],
  ["127.0.0.1:8080/v1/models", "http://127.0.0.1:8080/v1", false],
  ["http://[::1]:8080", "http://[::1]:8080", false],
  ["http://192.168.1.20:8000", "http://192.168.1.20:8000", true],
  ["10.1.2.3:8000", "http://10.1.2.3:8000", true],
  ["100.101.1.1:8000", "http://100.101.1.1:8000", true],
  ["http://[fd00::12]:8000", "http://[fd00::12]:8000", true],
  ["http://gpu-box:8000", "http://gpu-box:8000", true],
  ["gpu.local:8000", "http://gpu.local:8000", true],
])("%s is asked at %s", (typed, base, plain) => {
  expect(requireAddress(typed)).toMatchObject({ base, plain });
});

test.each([
  "",
  "   ",
  "ftp://localhost/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "http://models.example.org",
  "http://8.8.8.8:8000",
  "http://172.32.0.1",
  "http://[2001:db8::1]:8000",
  "https://user:word@models.example.org",
  "https://user@localhost:8000",
  "https://models.example.org/v1?key=abc",
  "https://models.example.org/#v1",
  `https://${"a".repeat(3_000)}`,
])("%s is refused with what is wrong about it", (typed) => {
  expect(() => requireAddress(typed)).toThrowError(expect.objectContaining({ code: "INVALID_INPUT" }));
});

test("a server on this computer is told from one elsewhere", () => {
  expect(requireAddress("localhost:11434").here).toBe(true);
  expect(requireAddress("https://localhost").here).toBe(true);
  expect(requireAddress("192.168.1.20:8000").here).toBe(false);
});

test("the path may or may not name a version", () => {
  expect(basesOf(requireAddress("localhost:8080"))).toEqual(["http://localhost:8080/v1", "http://localhost:8080"]);
  expect(basesOf(requireAddress("localhost:8080/v1"))).toEqual(["http://localhost:8080/v1"]);
  expect(basesOf(requireAddress("https://gate.example.org/v1beta"))).toEqual(["https://gate.example.org/v1beta"]);
});

test("networks that the internet does not reach are told from those it does", () => {
  for (const ip of ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.1.1", "::1", "fe80::1"]) {
    expect(isPrivateIp(ip)).toBe(true);
  }
  for (const ip of ["8.8.8.8", "172.15.0.1", "192.169.0.1", "2001:db8::1", "localhost", ""]) {
    expect(isPrivateIp(ip)).toBe(false);
  }
});
