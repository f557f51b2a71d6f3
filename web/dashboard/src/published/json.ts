// SPDX-License-Identifier: MIT
// Reads JSON of a known form. A deviation is an error that names the place.

/** A file exists but does not have its format. The message is shown on the page. */
export class FormatError extends Error {}

/** One object of a JSON file, read key by key. */
export class JsonObject {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #where: string;

  private constructor(value: unknown, where: string) {
    if (!isRecord(value)) throw new FormatError(`${where} is not an object`);
    this.#members = value;
    this.#where = where;
  }

  /** Parses a whole file. `name` identifies it in errors. */
  static parse(text: string, name: string): JsonObject {
    try {
      return new JsonObject(JSON.parse(text), name);
    } catch (error) {
      if (error instanceof SyntaxError) throw new FormatError(`${name} is not JSON`);
      throw error;
    }
  }

  text(key: string): string {
    const value = this.#members[key];
    if (typeof value !== "string") throw this.#wrong(key, "a text");
    return value;
  }

  /** The text, or undefined if the key is absent. */
  textIfAny(key: string): string | undefined {
    return this.#members[key] === undefined ? undefined : this.text(key);
  }

  /** A text that matches `form`, such as a file name without a folder. */
  textLike(key: string, form: RegExp, expected: string): string {
    const value = this.text(key);
    if (!form.test(value)) throw this.#wrong(key, expected);
    return value;
  }

  /** A whole number from 0 that a JavaScript number represents exactly. */
  count(key: string): number {
    const value = this.#members[key];
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
      throw this.#wrong(key, "a whole number from 0");
    }
    return value;
  }

  /** The number, or undefined if the key is absent. */
  countIfAny(key: string): number | undefined {
    return this.#members[key] === undefined ? undefined : this.count(key);
  }

  flag(key: string): boolean {
    const value = this.#members[key];
    if (typeof value !== "boolean") throw this.#wrong(key, "true or false");
    return value;
  }

  object(key: string): JsonObject {
    return new JsonObject(this.#members[key], `${this.#where}: "${key}"`);
  }

  objects<T>(key: string, read: (item: JsonObject) => T): T[] {
    const value = this.#members[key];
    if (!Array.isArray(value)) throw this.#wrong(key, "a list");
    return value.map((item, at) => read(new JsonObject(item, `${this.#where}: "${key}" ${at + 1}`)));
  }

  /** A list of texts, empty if the key is absent. */
  textsIfAny(key: string): string[] {
    const value = this.#members[key] ?? [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
      throw this.#wrong(key, "a list of texts");
    }
    return value;
  }

  /** An object whose values are all counts, in the file's order of keys. */
  counts(key: string): Map<string, number> {
    const object = this.object(key);
    return new Map(Object.keys(object.#members).map((name) => [name, object.count(name)]));
  }

  #wrong(key: string, expected: string): FormatError {
    return new FormatError(`${this.#where}: "${key}" is not ${expected}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
