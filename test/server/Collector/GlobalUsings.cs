// SPDX-License-Identifier: MIT
// The namespaces that every file of this project may use.

global using Tallymark.Bench.Fuzz;
global using Tallymark.Collector;
global using Tallymark.Collector.Durability;
global using Tallymark.Collector.Http;
global using Tallymark.Collector.Ingest;
global using Tallymark.Collector.Operations;
global using Tallymark.DuckDb;
global using Tallymark.DuckDb.Interop;
global using Tallymark.Manifests;
global using Tallymark.Publish;
global using Tallymark.Store;
