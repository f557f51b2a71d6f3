// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Generator.Naming;

/// <summary>Converts the names and values of a manifest to C# identifiers.</summary>
static class Identifier
{
    /// <summary>
    /// <c>exit_code</c>: ExitCode. <c>--dry-run</c>: DryRun. <c>c++</c>: CPlusPlus. <c>1.10</c>: _1_10, since a
    /// separator between two digits becomes <c>_</c>, and a leading digit gets a <c>_</c> in front. The result never
    /// ends in <c>_</c> and is never a C# keyword, since those are lower case.
    /// </summary>
    public static string Pascal(string text)
    {
        var name = new StringBuilder(text.Length + 4);
        var separated = true;
        foreach (var c in text)
        {
            if (c == '+')
            {
                name.Append("Plus");
                separated = true;
            }
            else if (!IsLetter(c) && !IsDigit(c))
            {
                separated = true;
            }
            else
            {
                if (IsDigit(c) && separated && (name.Length == 0 || IsDigit(name[name.Length - 1])))
                    name.Append('_');
                name.Append(separated ? char.ToUpperInvariant(c) : c);
                separated = false;
            }
        }

        // A value of separators alone, such as "-", has no letters for a name.
        return name.Length == 0 ? "Value" : name.ToString();
    }

    static bool IsLetter(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');

    static bool IsDigit(char c) => c is >= '0' and <= '9';
}
