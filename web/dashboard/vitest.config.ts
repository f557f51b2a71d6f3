// SPDX-License-Identifier: MIT
// Tests that need no browser.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/**/*.test.ts"], environment: "node", cache: false },
});
