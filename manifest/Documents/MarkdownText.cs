// SPDX-License-Identifier: MIT
// Words of a manifest in a page of Markdown: nothing in them is markup.

using System.Text;

namespace Tallymark.Manifests.Documents;

static class MarkdownText
{
    /// <summary>
    /// As code. What a manifest allows in such places holds neither backticks nor line ends; a bar would end the cell even here.
    /// </summary>
    public static string Code(string text) => text.Length == 0 ? "" : "`" + text.Replace("|", "\\|") + "`";

    /// <summary>As plain words.</summary>
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
