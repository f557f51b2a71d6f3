// SPDX-License-Identifier: MIT
// The namespaces that every file of this project may use.

global using Tallymark.Manifests;
global using Tallymark.Manifests.Documents;
global using Tallymark.Manifests.Reading;
global using Tallymark.Manifests.Review;
global using Tallymark.Manifests.Yaml;
global using Tallymark.Scopes;
