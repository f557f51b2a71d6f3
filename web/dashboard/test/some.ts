// SPDX-License-Identifier: MIT
// Valid published files, in which a test changes single values.

interface SomeMetadata {
  readonly [key: string]: unknown;
}

export const columns = [
  { name: "Timestamp", from: "day" },
  { name: "Occurrences", from: "occurrences" },
  {
    name: "OSFamily",
    from: "field",
    field: "os",
    type: "os",
    part: "family",
    why: "To know which systems to build on.",
  },
  {
    name: "OSVersion",
    from: "field",
    field: "os_version",
    type: "os",
    part: "version",
    why: "To know which releases.",
  },
];

export const tsv = [
  "Timestamp\tOccurrences\tOSFamily\tOSVersion",
  "2026-11-19\t40\tlinux\tdebian.12",
  "2026-11-19\t25\twindows\tother",
  "2026-11-20\t30\tlinux\tdebian.12",
  "2026-11-20\t1200\tother\tother",
  "",
].join("\n");

export function metadataText(changes: SomeMetadata = {}): string {
  return JSON.stringify({
    tallymark: 1,
    tool: "kmpkg",
    title: "kmpkg",
    dataset: "systems",
    datasetTitle: "Operating systems",
    period: "2026-q4",
    provisional: true,
    from: "2026-10-01",
    to: "2026-12-31",
    through: "2026-11-20",
    generated: "2027-01-20T10:51:21Z",
    manifest: 1,
    minimum: 20,
    license: "CC-BY-4.0",
    columns,
    rows: 4,
    sha256: "00",
    ...changes,
  });
}
