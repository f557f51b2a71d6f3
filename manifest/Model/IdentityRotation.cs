// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>How long an installation keeps its id (<c>identity: rotate</c>).</summary>
public enum IdentityRotation
{
    /// <summary>Until the user switches telemetry off or deletes the data. The default.</summary>
    Never,

    /// <summary>A new id each calendar year, UTC.</summary>
    Year,

    /// <summary>A new id each calendar quarter, UTC.</summary>
    Quarter,

    /// <summary>A new id each calendar month, UTC.</summary>
    Month,
}
