// SPDX-License-Identifier: MIT
// The namespaces that every file of this project may use.

global using Microsoft.CodeAnalysis;
global using Microsoft.CodeAnalysis.Text;
global using Tallymark.Generator.Emit;
global using Tallymark.Generator.Model;
global using Tallymark.Generator.Naming;
global using Tallymark.Manifests;
