// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Manifests.Documents;

/// <summary>Escapes texts of a manifest for a Markdown page, so that nothing in them is markup.</summary>
static class Markdown
{
    /// <summary>
    /// As code. The texts that a manifest allows here contain neither backticks nor line ends; a bar would end the
    /// table cell even inside code.
    /// </summary>
    public static string Code(string text) => text.Length == 0 ? "" : "`" + text.Replace("|", "\\|") + "`";

    /// <summary>As plain text.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (c is '<')
                escaped.Append("&lt;");
            else if (c is '&')
                escaped.Append("&amp;");
            else
            {
                if (c is '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '~')
                    escaped.Append('\\');
                escaped.Append(c);
            }
        }

        return escaped.ToString();
    }
}
