import assert from "node:assert/strict";
import { startEnvironment } from "../../tasks/start_environment.ts";

Deno.test("Deno starts with large pages of memory, unless the user has settings of the allocator", () => {
  const { HOME, GLIBC_TUNABLES } = startEnvironment({ HOME: "/h" });
  assert.equal(HOME, "/h");
  assert.match(GLIBC_TUNABLES, /^(glibc\.malloc\.\w+=\d+:?)+$/);
  for (const own of ["glibc.malloc.check=3", ""]) {
    assert.equal(startEnvironment({ GLIBC_TUNABLES: own }).GLIBC_TUNABLES, own);
  }
});
