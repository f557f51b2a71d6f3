// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>One batch as it is stored.</summary>
/// <param name="Id">The batch's id, made by the client.</param>
/// <param name="Received">The receipt time, truncated to the manifest's precision. Nanoseconds since 1970.</param>
/// <param name="Rows">Its events by table; may be empty if all were dropped.</param>
public sealed record StoredBatch(Guid Id, long Received, IReadOnlyList<EventRows> Rows);
