// SPDX-License-Identifier: MIT
global using Tallymark.Manifests;
