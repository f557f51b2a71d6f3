// SPDX-License-Identifier: MIT
global using Tallymark.Consent;
global using Tallymark.Notice;
global using Tallymark.Record;
global using Tallymark.Tests.Program;
global using Tallymark.Upload;
