// SPDX-License-Identifier: MIT
// The namespaces that every file of this project may use.

global using Tallymark.DuckDb;
global using Tallymark.DuckDb.Interop;
global using Tallymark.Manifests;
global using Tallymark.Store;
