// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Notice;

/// <summary>How much a saved choice refuses. Each member includes the one before.</summary>
enum Refusal
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Fields, whose names only the choice files know.</summary>
    Fields,
    /// <summary>Everything: telemetry is off.</summary>
    All,
}

/// <summary>
/// The line <c>refused</c> of a receipt (spec/spool.md, "Receipts"): a refusal holds while a receipt exists, also if
/// all choice files are gone. Only <c>on</c> and <c>share</c> lower it.
/// </summary>
static class RefusalMark
{
    internal const string Key = "refused ";
    const string All = "all";
    const string Fields = "fields";
    const int MaxReceiptBytes = 4 * 1024 * 1024;

    /// <summary>How much a choice refuses.</summary>
    internal static Refusal Of(bool? on, IEnumerable<string> withheld) =>
        on == false ? Refusal.All : withheld.Any() ? Refusal.Fields : Refusal.None;

    /// <summary>
    /// True if the choice says less than that mark, so nothing may be recorded: places that disagree mean off
    /// (spec/choice.md). A choice that withholds no field has lost some if the mark is about fields. An unknown mark
    /// counts as that.
    /// </summary>
    internal static bool Forbids(string mark, Choice choice) =>
        choice.On != false && (mark == All || choice.Withheld.Length == 0);

    /// <summary>The line, with its LF; empty: nothing is refused.</summary>
    internal static string Line(Refusal refusal) => refusal switch
    {
        Refusal.All => Key + All + "\n",
        Refusal.Fields => Key + Fields + "\n",
        _ => "",
    };

    /// <summary>The most that this choice or any receipt of this user refuses: the mark of a new receipt.</summary>
    internal static Refusal Standing(ToolDefinition declared, SdkEnvironment environment, Choice choice)
    {
        var most = Of(choice.On, choice.Withheld);
        foreach (var path in Receipts(declared, environment))
        {
            var mark = MarkIn(TextOf(path));
            most = mark > most ? mark : most;
        }

        return most;
    }

    /// <summary>
    /// Marks the receipts that refuse less. Call it after the choice was saved. Never throws.
    /// </summary>
    internal static void Raise(
        ToolDefinition declared, SdkEnvironment environment, Refusal refusal, List<string> failures) =>
        Change(declared, environment, refusal, mark => mark < refusal, failures);

    /// <summary>
    /// Takes back what the receipts refuse beyond that. Call it before the choice is saved: a running process reads the
    /// receipt again when the choice changes. Never throws.
    /// </summary>
    internal static void Lower(
        ToolDefinition declared, SdkEnvironment environment, Refusal refusal, List<string> failures) =>
        Change(declared, environment, refusal, mark => mark > refusal, failures);

    static void Change(
        ToolDefinition declared, SdkEnvironment environment, Refusal refusal, Predicate<Refusal> differs,
        List<string> failures)
    {
        foreach (var path in Receipts(declared, environment))
        {
            var text = TextOf(path);
            if (!differs(MarkIn(text)) || text.IndexOf("\n\n", StringComparison.Ordinal) is var end && end < 0)
                continue;
            try
            {
                Rewrite(path, text[..(end + 1)], refusal, text[(end + 1)..]);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failures.Add(path + ": " + e.Message.TrimEnd('.'));
            }
        }
    }

    // The time of the file stays: the newest receipt names the recipient (Receipt.EndpointIn).
    static void Rewrite(string path, string head, Refusal refusal, string scope)
    {
        var lines = new StringBuilder();
        foreach (var line in head.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith(Key, StringComparison.Ordinal))
                lines.Append(line).Append('\n');
        }

        lines.Append(Line(refusal)).Append(scope);
        var temporary = StateFolder.Temporary(path, Encoding.UTF8.GetBytes(lines.ToString()));
        File.SetLastWriteTimeUtc(temporary, File.GetLastWriteTimeUtc(path));
        StateFolder.Place(temporary, path, overwrite: true);
    }

    static Refusal MarkIn(string text) => Receipt.After(text, Key) switch
    {
        "" => Refusal.None,
        Fields => Refusal.Fields,
        _ => Refusal.All,
    };

    // Of all channels and all recipients, except in folders of another user.
    static List<string> Receipts(ToolDefinition declared, SdkEnvironment environment)
    {
        var paths = new List<string>();
        try
        {
            foreach (var state in StateFolder.AllOf(declared, environment))
            {
                var folder = state.In("receipts");
                if (Directory.Exists(folder) && state.IsOurs())
                    paths.AddRange(Directory.GetFiles(folder).Where(IsReceipt));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SelfLog.Report("Not all receipts could be found.", e);
        }

        return paths;
    }

    static bool IsReceipt(string path) =>
        !path.EndsWith(StateFolder.TemporaryEnding, StringComparison.Ordinal) && Libc.IsOwnFile(path);

    // Empty if it cannot be read: then it is no receipt for the SDK, and nothing is recorded under it.
    static string TextOf(string path)
    {
        try
        {
            return RawFile.ReadAll(path, MaxReceiptBytes) is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SelfLog.Report("A receipt could not be read.", e);
            return "";
        }
    }
}
