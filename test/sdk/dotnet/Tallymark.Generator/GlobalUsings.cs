// SPDX-License-Identifier: MIT
// The namespaces that every file of this project may use.

global using Microsoft.CodeAnalysis;
global using Tallymark.Manifests;
