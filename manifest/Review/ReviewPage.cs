// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Manifests.Review;

/// <summary>The Markdown page that a review form is written to: headings, questions, paragraphs, tables.</summary>
sealed class ReviewPage
{
    readonly StringBuilder _text = new();

    /// <summary>The whole page, LF after each line.</summary>
    public override string ToString() => _text.ToString();

    public void Section(string number, string title) => Paragraph($"## {number}. {title}");

    public void Question(string number, string title) => Paragraph($"### {number} {title}");

    /// <summary>One paragraph, on one line, and an empty line.</summary>
    public void Paragraph(string text)
    {
        Line(text);
        Line();
    }

    /// <summary>A table: the headings, then the rows.</summary>
    public void Table(string[] headings, IEnumerable<string[]> rows)
    {
        Row(headings);
        Line("|" + string.Concat(headings.Select(_ => "---|")));
        foreach (var row in rows)
            Row(row);
        Line();
    }

    public void Line(string text = "") => _text.Append(text).Append('\n');

    void Row(string[] cells) => Line("| " + string.Join(" | ", cells) + " |");
}
