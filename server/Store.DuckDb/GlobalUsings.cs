// SPDX-License-Identifier: MIT

global using DuckDB.NET.Native;
global using Tallymark.DuckDb.Deletion;
global using Tallymark.DuckDb.Files;
global using Tallymark.DuckDb.Interop;
global using Tallymark.DuckDb.Parts;
global using Tallymark.DuckDb.Reading;
global using Tallymark.DuckDb.Rollups;
global using Tallymark.Store;
