// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>Reads the section `notice`: the channels and where to read more.</summary>
sealed class NoticeReader(DiagnosticBag diagnostics)
{
    static readonly string[] Names = ["terminal", "setup", "page", "documentation"];

    static readonly NoticeChannel[] Values =
        [NoticeChannel.Terminal, NoticeChannel.Setup, NoticeChannel.Page, NoticeChannel.Documentation];

    public NoticeRules Read(Section manifest)
    {
        var section = Section.Open(
            diagnostics, manifest.Value("notice"), manifest.KeyPosition("notice"), SectionKeys.Notice);
        return new NoticeRules
        {
            Channels = section is null ? [NoticeChannel.Terminal] : Channels(section),
            More = section is null ? "" : More(section),
        };
    }

    NoticeChannel[] Channels(Section notice)
    {
        if (!notice.Has("channel"))
            return [NoticeChannel.Terminal];
        NoticeChannel[] channels = [.. notice.Choices("channel", Names).Select(index => Values[index])];
        if (!channels.Contains(NoticeChannel.Documentation))
            return channels.Length == 0 ? [NoticeChannel.Terminal] : channels;
        if (channels.Length > 1)
        {
            diagnostics.Add(DiagnosticKind.DocumentationOnly, notice.Value("channel")!,
                "`documentation` counts as seen at once, so no other channel would ever show the notice. Delete "
                + "`documentation`, or the other channels.");
            return channels;
        }

        diagnostics.Add(DiagnosticKind.UnseenNotice, notice.Value("channel")!,
            "Few users see a notice that is only in the documentation. Use `channel: documentation` only for a "
            + "library that can't show a notice, with an approved review.");
        return channels;
    }

    string More(Section notice)
    {
        if (notice.Scalar("more") is not { } more)
            return "";
        if (Urls.Parse(more.Text) is null && !IsPath(more.Text))
        {
            diagnostics.Add(DiagnosticKind.BadMore, more,
                $"`{more.Shown}` is neither a URL nor a path in the repository. "
                + "Write one like `docs/telemetry.md`.");
        }

        return more.Text;
    }

    static bool IsPath(string text) =>
        text.Length <= Grammar.MaxTextLength && Grammar.HasOnly(text, "._-/#") && text[0] is not ('/' or '#')
        && !text.Split('/').Any(part => part is "" or "." or "..");
}
