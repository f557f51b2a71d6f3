// SPDX-License-Identifier: MIT
// Tests that need no browser.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/**/*.test.{ts,mjs}"], environment: "node", cache: false, testTimeout: 60_000 },
});
