// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>The result of one maintenance run.</summary>
/// <param name="Rolled">Events that were added to rollups.</param>
/// <param name="Deleted">Deleted installations whose bytes are gone.</param>
/// <param name="Expired">Events that were removed because they were past the retention.</param>
/// <param name="Rewritten">Parts that were rewritten, merged or dropped.</param>
public sealed record MaintenanceReport(long Rolled, int Deleted, long Expired, int Rewritten);
