// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Operations;

/// <summary>
/// How far the sealed files were read through, and which are damaged: the file <c>reading.json</c> of a data folder
/// (<c>spec/control.md</c>). Immutable.
/// </summary>
sealed record ReadThroughState
{
    /// <summary>The state of a folder whose files were never read through.</summary>
    public static ReadThroughState None { get; } = new();

    /// <summary>The version of the format.</summary>
    public int Tallymark { get; init; } = 1;

    /// <summary>When the last complete round ended; null: none yet.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>The round that goes on; null: none does.</summary>
    public ReadingRound? Round { get; init; }

    /// <summary>The damaged files.</summary>
    public IReadOnlyList<DamagedPiece> Damaged { get; init; } = [];

    /// <summary>Reads the state of a data folder; without a file, or if it can't be read, nothing was read.</summary>
    public static ReadThroughState Read(DataFolder data)
    {
        try
        {
            return File.Exists(data.Reading) ? StatusJson.Read<ReadThroughState>(File.ReadAllText(data.Reading)) : None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return None; // everything is read again
        }
    }

    /// <summary>Saves it; on return it is durable.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't be written.</exception>
    public void Save(DataFolder data) =>
        OwnerFile.Replace(data.Reading, Encoding.UTF8.GetBytes(StatusJson.Write(this) + "\n"));

    /// <summary>The tasks of the operator.</summary>
    public IEnumerable<Due> Dues(DataFolder data) => Damaged.Select(one => new Due(
        "damage",
        $"{Path.Combine(data.Path, one.File)} is damaged: {one.Problem} (found on {Rfc3339.Second(one.Found)}). "
        + "Collecting goes on. Stop the collector, put the file of the same name from a backup in its place "
        + "(tallymark verify BACKUP says whether that one is good), and start it. Without a good copy, give the file "
        + "up with tallymark repair --set-aside."));
}

/// <summary>A round over all sealed files.</summary>
/// <param name="Started">When it started.</param>
/// <param name="StepBytes">How much is read in a step, so that the round ends within the week.</param>
/// <param name="Tool">The tool whose file was read last.</param>
/// <param name="File">The name of that file.</param>
/// <param name="Next">Where the next step begins in it; null: it was read to its end.</param>
/// <param name="Files">How many files were read.</param>
/// <param name="Bytes">How many bytes were read.</param>
sealed record ReadingRound(
    DateTimeOffset Started, long StepBytes, string Tool, string File, long? Next, int Files, long Bytes);

/// <summary>A damaged file of the store.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="File">The path in the data folder.</param>
/// <param name="Problem">The damage.</param>
/// <param name="Found">When it was found.</param>
sealed record DamagedPiece(string Tool, string File, string Problem, DateTimeOffset Found);
