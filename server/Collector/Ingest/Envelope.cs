// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Ingest;

/// <summary>Indexes into <see cref="Table.EnvelopeColumns"/>.</summary>
static class Envelope
{
    public const int Time = 0;
    public const int Received = 1;
    public const int Manifest = 2;
    public const int Status = 3;
    public const int Withheld = 4;
    public const int Counts = 5;
    public const int Provenance = 6;
}
