// SPDX-License-Identifier: MIT
global using System.Runtime.CompilerServices;
global using Tallymark.Consent;
global using Tallymark.Notice;
global using Tallymark.Pages;
global using Tallymark.Record;
global using Tallymark.Scopes;
global using Tallymark.Upload;
