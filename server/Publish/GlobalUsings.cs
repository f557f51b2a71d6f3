// SPDX-License-Identifier: MIT
// The namespaces that every file of this project may use.

global using Tallymark.Manifests;
global using Tallymark.Publish.Cells;
global using Tallymark.Publish.Disclosure;
global using Tallymark.Publish.Disclosure.Threshold;
global using Tallymark.Publish.Folding;
global using Tallymark.Publish.Formats;
global using Tallymark.Publish.Formats.Tsv;
global using Tallymark.Publish.Geography;
global using Tallymark.Publish.Release;
global using Tallymark.Store;
