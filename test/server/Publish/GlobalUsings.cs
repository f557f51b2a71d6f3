// SPDX-License-Identifier: MIT
// The namespaces that every file of this project may use.

global using Tallymark.DuckDb;
global using Tallymark.Manifests;
global using Tallymark.Publish.Folding;
global using Tallymark.Publish.Geography;
global using Tallymark.Store;
