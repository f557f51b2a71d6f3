// SPDX-License-Identifier: MIT
// Fetches the files of a published folder. An error says which file could not be fetched and why.
import { type Dataset, readDataset } from "./dataset";
import { type DatasetFiles, type Period, readMetadata, readPeriods, readTools, type Tool } from "./index";

/** A file could not be fetched. The message is shown on the page. */
export class FileError extends Error {
  /** The server has no such file (404): nothing was published yet. */
  readonly missing: boolean;

  constructor(message: string, missing = false) {
    super(message);
    this.missing = missing;
  }
}

export class PublishedFolder {
  readonly #address: URL;

  /** @param address ends with a slash; all files are below it. */
  constructor(address: URL) {
    this.#address = address;
  }

  async tools(): Promise<Tool[]> {
    return readTools(await this.#text("index.json"), "index.json");
  }

  /** All periods of a tool, newest first. A released dataset hides its earlier preview. */
  async periods(tool: string): Promise<Period[]> {
    const [closed, open] = await Promise.all([
      this.#periodsIfAny(`${tool}/index.json`),
      this.#periodsIfAny(`${tool}/provisional/index.json`),
    ]);
    const released = new Set(closed.flatMap(({ period, datasets }) => datasets.map(({ name }) => `${period} ${name}`)));
    const previews = open
      .map((preview) => ({
        ...preview,
        datasets: preview.datasets.filter(({ name }) => !released.has(`${preview.period} ${name}`)),
      }))
      .filter(({ datasets }) => datasets.length > 0);
    return [...closed, ...previews].sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  async dataset(tool: string, period: Period, files: DatasetFiles): Promise<Dataset> {
    const [tsv, metadata] = await Promise.all([
      this.#text(this.path(tool, period, files.tsv)),
      this.#text(this.path(tool, period, files.metadata)),
    ]);
    return readDataset(tsv, files.tsv, readMetadata(metadata, files.metadata));
  }

  path(tool: string, period: Period, file: string): string {
    return period.provisional ? `${tool}/provisional/${file}` : `${tool}/${file}`;
  }

  link(path: string): string {
    return new URL(path, this.#address).href;
  }

  async #periodsIfAny(path: string): Promise<Period[]> {
    try {
      return readPeriods(await this.#text(path), path);
    } catch (error) {
      if (error instanceof FileError && error.missing) return [];
      throw error;
    }
  }

  async #text(path: string): Promise<string> {
    let response: Response;
    try {
      response = await fetch(this.link(path), { cache: "no-cache", credentials: "omit", redirect: "error" });
    } catch {
      throw new FileError(`${path} could not be fetched: the server does not respond`);
    }
    if (response.status === 404) throw new FileError(`${path} does not exist`, true);
    if (!response.ok) throw new FileError(`${path} could not be fetched: the server responded with ${response.status}`);
    return await response.text();
  }
}
