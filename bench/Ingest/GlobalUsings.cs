// SPDX-License-Identifier: MIT
// The namespaces that every file of this project may use.

global using Tallymark.Bench;
global using Tallymark.Bench.Ingest;
global using Tallymark.DuckDb;
global using Tallymark.Manifests;
global using Tallymark.Store;
