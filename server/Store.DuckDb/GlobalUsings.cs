// SPDX-License-Identifier: MIT
// The namespaces that every file of this project may use.

global using Tallymark.DuckDb.Deletion;
global using Tallymark.DuckDb.Files;
global using Tallymark.DuckDb.Interop;
global using Tallymark.DuckDb.Parts;
global using Tallymark.DuckDb.Reading;
global using Tallymark.DuckDb.Rollups;
global using Tallymark.Store;
