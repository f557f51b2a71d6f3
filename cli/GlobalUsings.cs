// SPDX-License-Identifier: MIT
// The namespaces that every file of this project may use.

global using Tallymark.Cli;
global using Tallymark.Collector;
global using Tallymark.Collector.Operations;
global using Tallymark.DuckDb;
global using Tallymark.DuckDb.RawQueries;
global using Tallymark.Manifests;
global using Tallymark.Publish;
global using Tallymark.Store;
