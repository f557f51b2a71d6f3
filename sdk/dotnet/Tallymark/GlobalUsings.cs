// SPDX-License-Identifier: MIT
// The namespaces that every file of this project may use.

global using Tallymark.Consent;
global using Tallymark.Notice;
global using Tallymark.Record;
global using Tallymark.Upload;
