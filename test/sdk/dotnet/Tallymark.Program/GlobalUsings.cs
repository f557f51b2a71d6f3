// SPDX-License-Identifier: MIT
global using Tallymark;
global using Tallymark.Tests.Program;
