// SPDX-License-Identifier: MIT
// One period of a tool: all its datasets, and the explanations of their numbers.
import { spanOf } from "../charts/days";
import { element } from "../page/element";
import { dayText, grouped, periodText, timeText } from "../page/words";
import type { Dataset } from "../published/dataset";
import { FileError, type PublishedFolder } from "../published/folder";
import type { DatasetFiles, Metadata, Period, Tool } from "../published/index";
import { FormatError } from "../published/json";
import { message } from "./message";
import { anchorOf, datasetSection } from "./section";

export async function readPeriod(folder: PublishedFolder, tool: Tool, period: Period): Promise<readonly Node[]> {
  const link = (file: string) => folder.link(folder.path(tool.tool, period, file));
  const read = await Promise.all(period.datasets.map((files) => readOrExplain(folder, tool, period, files)));
  const datasets = read.filter((result): result is Dataset => !(result instanceof Error));
  const days = datasets.flatMap((dataset) => dataset.rows.map((row) => row.day));
  const sections = period.datasets.map((files, at) => {
    const result = read[at];
    if (result === undefined || result instanceof Error) return broken(files, result);
    const links = {
      tsv: link(files.tsv),
      metadata: link(files.metadata),
      dictionary: folder.link(`${tool.tool}/dictionary.md`),
    };
    return datasetSection(result, spanOf(result.metadata, days), links);
  });
  const metadata = datasets[0]?.metadata;
  return [
    ...(period.provisional ? [provisionalNotice(period, metadata?.through)] : []),
    contents(period),
    ...sections,
    ...(metadata ? [about(metadata, new Set(datasets.flatMap((dataset) => dataset.metadata.attribution)))] : []),
  ];
}

/** A file that can't be read affects its own section, not the page. */
async function readOrExplain(
  folder: PublishedFolder,
  tool: Tool,
  period: Period,
  files: DatasetFiles,
): Promise<Dataset | FileError | FormatError> {
  try {
    return await folder.dataset(tool.tool, period, files);
  } catch (error) {
    if (error instanceof FileError || error instanceof FormatError) return error;
    throw error;
  }
}

function broken({ name, title }: DatasetFiles, error: Error | undefined): HTMLElement {
  const section = message(`Can't show ${title}`, `${error?.message}.`, "problem");
  section.id = anchorOf(name);
  section.append(element("p", {}, "Dataset ", element("code", {}, name)));
  return section;
}

function provisionalNotice({ period }: Period, through: string | undefined): HTMLElement {
  const last = through === undefined ? "None is shown yet." : `The last one is ${dayText(through)}.`;
  return element(
    "aside",
    { class: "notice", "aria-label": "Provisional numbers" },
    element("strong", {}, "Open period: days are missing."),
    ` ${periodText(period)} is not closed yet. A day appears 60 days after it ended, when no more events of it can `,
    `arrive, and does not change. ${last}`,
  );
}

function contents({ datasets }: Period): HTMLElement {
  const links = datasets.map(({ name, title }) =>
    element("li", {}, element("a", { href: `#${anchorOf(name)}` }, title)),
  );
  return element("nav", { class: "contents", "aria-label": "Datasets" }, element("ul", {}, ...links));
}

function about(metadata: Metadata, attribution: ReadonlySet<string>): HTMLElement {
  const { from, to, generated, minimum, license, manifest } = metadata;
  const few = grouped(minimum);
  const entries: readonly (readonly [string, ...(Node | string)[]])[] = [
    ["Period", `${dayText(from)} to ${dayText(to)}`],
    ["Generated", timeText(generated), `, from manifest version ${grouped(manifest)}`],
    [
      "Threshold",
      `Every row of every file covers at least ${few} distinct installations on that day. Smaller groups are merged `,
      "until they are large enough. Days that are still too small are left out.",
    ],
    ["Licence", licenseLink(license)],
    ...[...attribution].map((words) => ["Sources", words] as const),
    ["This page", "It is drawn from the files linked above. It sets no cookies and contacts no other host."],
  ];
  const list = entries.flatMap(([term, ...words]) => [element("dt", {}, term), element("dd", {}, ...words)]);
  return element(
    "section",
    { class: "about", "aria-labelledby": "about-title" },
    element("h2", { id: "about-title" }, "About these numbers"),
    element("dl", {}, ...list),
  );
}

function licenseLink(license: string): Node | string {
  if (!/^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(license)) return license;
  return element("a", { href: `https://spdx.org/licenses/${license}.html`, rel: "license noreferrer" }, license);
}
