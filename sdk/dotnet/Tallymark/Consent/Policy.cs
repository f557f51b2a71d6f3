// SPDX-License-Identifier: MIT
namespace Tallymark.Consent;

/// <summary>
/// The organization's policy file (spec/policy.md) for one tool: off, or another recipient, never on. At most one of
/// the three members is set. Immutable.
/// </summary>
/// <param name="Off">The organization switches telemetry off.</param>
/// <param name="Redirect">The organization receives the data itself.</param>
/// <param name="Error">Why the file cannot be used, which means off as well.</param>
readonly record struct Policy(bool Off, Redirect? Redirect = null, string? Error = null)
{
    const string FirstLine = "tallymark-policy 1";
    const int MaxFileBytes = 64 * 1024;
    const int MaxRecipientLength = 500;
    static readonly char[] Blanks = [' ', '\t', '\r'];

    /// <summary>The file's path. No variable is read, not even on Windows, because the user could set it.</summary>
    internal static string DefaultPath()
    {
        if (OperatingSystem.IsLinux())
            return "/etc/tallymark/policy";
        return OperatingSystem.IsMacOS() ? "/Library/Application Support/tallymark/policy" : DefaultPathElsewhere();
    }

    static string DefaultPathElsewhere() => OperatingSystem.IsWindows()
        ? Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "tallymark", "policy")
        : "/etc/tallymark/policy";

    /// <summary>
    /// Reads the file, or returns <paramref name="before"/> if it has not changed. Never throws.
    /// </summary>
    internal static Policy Read(WatchedFile file, string tool, Policy before)
    {
        try
        {
            if (!file.HasChanged())
                return before;
            return file.Read(MaxFileBytes) is { } text ? Parse(text, tool) : default;
        }
        catch (Exception e)
        {
            // Any exception: a user whose organization may have opted out is not recorded.
            return new Policy(false, null, e.Message);
        }
    }

    /// <summary>Parses the text for one tool: its own line, else that of <c>*</c>. Pure.</summary>
    internal static Policy Parse(string text, string tool)
    {
        var lines = text.Split('\n');
        if (lines[0].TrimEnd('\r') != FirstLine)
            return new Policy(false, null, "line 1 is not `" + FirstLine + "`");
        Policy? own = null, all = null;
        for (var i = 1; i < lines.Length; i++)
        {
            var words = lines[i].Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0][0] == '#')
                continue;
            if (ParseLine(words) is not { } parsed)
                return new Policy(
                    false, null,
                    "line " + (i + 1) + " must be `TOOL off` or `TOOL redirect ADDRESS recipient NAME`, with an "
                    + "https: ADDRESS and a NAME of at most " + MaxRecipientLength + " characters");
            ref var target = ref all;
            if (words[0] == tool)
                target = ref own;
            else if (words[0] != "*")
                continue;
            if (target is not null)
                return new Policy(false, null, "line " + (i + 1) + " is a second line for " + words[0]);
            target = parsed;
        }

        return own ?? all ?? default;
    }

    static Policy? ParseLine(string[] words)
    {
        if (words is not [var subject, ..] || !(subject == "*" || IsTool(subject)))
            return null;
        if (words is [_, "off"])
            return new Policy(true);
        if (words is not [_, "redirect", var address, "recipient", _, ..] || Sender.Allowed(address) is null)
            return null;
        var recipient = string.Join(' ', words[4..]);
        if (recipient.Length > MaxRecipientLength)
            return null;
        foreach (var character in recipient)
        {
            if (char.IsControl(character))
                return null;
        }

        return new Policy(false, new Redirect(address, recipient));
    }

    static bool IsTool(string name)
    {
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && character != '-')
                return false;
        }

        return char.IsAsciiLetterLower(name[0]);
    }
}

/// <summary>Another recipient, named by the organization, or by the tool's own makers in a development build.</summary>
/// <param name="Address">Its collector's address for batches: <c>https:</c>, or a loopback address.</param>
/// <param name="Recipient">Its name.</param>
/// <param name="IsOfDevelopers">True if a variable of a development build names it.</param>
sealed record Redirect(string Address, string Recipient, bool IsOfDevelopers = false);
