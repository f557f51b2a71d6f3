// SPDX-License-Identifier: MIT
// From a manifest's names and values to C# identifiers.

using System.Text;

namespace Tallymark.Generator.Naming;

static class Identifier
{
    /// <summary>
    /// <c>exit_code</c>: ExitCode. <c>--dry-run</c>: DryRun. <c>c++</c>: CPlusPlus. <c>1.10</c>: _1_10: between two
    /// digits the separator stays as <c>_</c>, and one stands before a leading digit. Never ends in <c>_</c>, and is no
    /// C# keyword, since those are lower case.
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

        // A value of separators alone ("-") has nothing to be named after.
        return name.Length == 0 ? "Value" : name.ToString();
    }

    static bool IsLetter(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');

    static bool IsDigit(char c) => c is >= '0' and <= '9';
}
