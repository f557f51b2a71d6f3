// SPDX-License-Identifier: MIT
// The parts of the tracking API that the page uses. Addresses are relative, so that a proxy may add a path.

export interface Experiment {
  readonly experiment_id: string;
  readonly name: string;
}

export interface Run {
  readonly run_id: string;
  readonly start_time: number;
}

export interface Metric {
  readonly key: string;
  readonly value: number;
  readonly step: number;
}

export interface Prompt {
  readonly name: string;
  readonly version: number;
  readonly template: string;
}

const base = "api/2.0/mlflow";

export const experiments = (): Promise<Experiment[]> => get("experiments");

export const runs = (experiment: string): Promise<Run[]> =>
  get(`experiments/${encodeURIComponent(experiment)}/runs`);

export const metrics = async (run: string): Promise<Metric[]> =>
  (await get<{ data: { metrics: Metric[] } }>(`runs/${encodeURIComponent(run)}`)).data.metrics;

export const prompts = (): Promise<Prompt[]> => get("prompts");

export async function createPrompt(name: string, template: string): Promise<Prompt> {
  const body = JSON.stringify({ name, template });
  const headers = { "content-type": "application/json" };
  return answer(await fetch(`${base}/prompts`, { method: "POST", headers, body }));
}

async function get<Body>(path: string): Promise<Body> {
  return answer(await fetch(`${base}/${path}`));
}

async function answer<Body>(reply: Response): Promise<Body> {
  if (!reply.ok) throw new Error(((await reply.json()) as { message?: string }).message ?? reply.statusText);
  return (await reply.json()) as Body;
}
