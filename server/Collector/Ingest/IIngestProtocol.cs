// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// A wire format of events. A protocol reads the format of a request and writes the reply; everything between, from the
/// bounds on the body to the journal and the counters, is the same for all (<see cref="Pipeline"/>). One instance
/// serves all requests. Thread-safe.
/// </summary>
interface IIngestProtocol
{
    /// <summary>Step 1: checks the method and the content type.</summary>
    /// <returns>Null if they are the protocol's.</returns>
    Refusal? Check(HttpRequest request);

    /// <summary>
    /// Step 4: decodes the content into one or more batches, each of one tool (<see cref="IngestRequest.Add"/>). Every
    /// event goes through a <see cref="RowBuilder"/>, which validates it against the tool's manifest.
    /// </summary>
    /// <returns>Null, or the refusal of the whole request. The events of batches that were added before are
    /// counted.</returns>
    Refusal? Decode(IngestRequest request);

    /// <summary>Step 7: writes the reply.</summary>
    /// <param name="response">The response; nothing has been written yet.</param>
    /// <param name="request">The request with the outcome of each batch.</param>
    /// <param name="refusal">Null: every batch is on disk, or was already.</param>
    Task ReplyAsync(HttpResponse response, IngestRequest request, Refusal? refusal);
}
