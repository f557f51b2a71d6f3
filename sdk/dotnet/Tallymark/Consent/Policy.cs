// SPDX-License-Identifier: MIT
// The organisation's policy file (spec/policy.md): off, or another recipient; never on.

namespace Tallymark.Consent;

/// <summary>What the file says about one tool; at most one of the three is set. Immutable.</summary>
/// <param name="Off">The organisation wants nothing.</param>
/// <param name="Redirect">The organisation receives the data itself.</param>
/// <param name="SelfLog">Why nobody knows what it says, which means off as well.</param>
readonly record struct Policy(bool Off, Redirect? Redirect = null, string? SelfLog = null)
{
    const string FirstLine = "tallymark-policy 1";
    const int LongestFile = 64 * 1024;
    const int LongestRecipient = 500;
    static readonly char[] Blanks = [' ', '\t', '\r'];

    /// <summary>Where it lies. A variable would be the user's to set, so none is asked, on Windows neither.</summary>
    internal static string Place()
    {
        if (OperatingSystem.IsLinux())
            return "/etc/tallymark/policy";
        return OperatingSystem.IsMacOS() ? "/Library/Application Support/tallymark/policy" : PlaceElsewhere();
    }

    static string PlaceElsewhere() => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "tallymark", "policy")
        : "/etc/tallymark/policy";

    /// <summary>What the file says now: <paramref name="before"/>, unless it has changed.</summary>
    internal static Policy Read(WatchedFile file, string tool, Policy before)
    {
        try
        {
            if (!file.HasChanged())
                return before;
            return file.Read(LongestFile) is { } text ? Parse(text, tool) : default;
        }
        catch (Exception e)
        {
            // Whatever it is: who may have said no is not recorded.
            return new Policy(false, null, e.Message);
        }
    }

    /// <summary>What a text says about a tool: its own line, else that of <c>*</c>. Pure.</summary>
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
            if (ParseLine(words) is not { } said)
                return new Policy(false, null, "line " + (i + 1) + " is neither `TOOL off` nor `TOOL redirect ADDRESS recipient NAME`");
            ref var about = ref all;
            if (words[0] == tool)
                about = ref own;
            else if (words[0] != "*")
                continue;
            if (about is not null)
                return new Policy(false, null, "line " + (i + 1) + " speaks of " + words[0] + " again");
            about = said;
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
        if (recipient.Length > LongestRecipient)
            return null;
        foreach (var one in recipient)
        {
            if (char.IsControl(one))
                return null;
        }

        return new Policy(false, new Redirect(address, recipient));
    }

    static bool IsTool(string name)
    {
        foreach (var one in name)
        {
            if (!char.IsAsciiLetterLower(one) && !char.IsAsciiDigit(one) && one != '-')
                return false;
        }

        return char.IsAsciiLetterLower(name[0]);
    }
}

/// <summary>Another recipient, whom the organisation names.</summary>
/// <param name="Address">Its collector's address for batches: <c>https:</c>, or a loopback address.</param>
/// <param name="Recipient">Its name.</param>
sealed record Redirect(string Address, string Recipient);
