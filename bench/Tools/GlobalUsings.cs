// SPDX-License-Identifier: MIT
// The namespaces that every file of this project may use.

global using Tallymark.Bench;
