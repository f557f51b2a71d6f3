// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>Reads the datasets and checks their columns against the fields of the events that they count.</summary>
sealed class DatasetReader(
    DiagnosticBag diagnostics, IReadOnlyList<ParsedField> common, IReadOnlyList<ParsedEvent> events)
{
    const int MinInstallations = 20;
    const int MaxMinimum = 1_000_000;

    static readonly string[] Sources = ["day", "occurrences", "event", "status"];

    public List<Dataset> Read(Section manifest)
    {
        var entries = manifest.Named("datasets");
        var datasets = new List<Dataset>();
        foreach (var entry in entries)
        {
            NameCheck.Check(diagnostics, entry.Key, "a dataset", '-');
            if (Section.Open(diagnostics, entry.Value, entry.Key, SectionKeys.Dataset) is { } section)
                datasets.Add(Read(entry.Key, section));
        }

        if (entries.Count > 0
            && common.All(f => f.Field is { Type: not (FieldType.Installation or FieldType.Machine) }))
        {
            diagnostics.Add(DiagnosticKind.NoInstallation, manifest.KeyPosition("datasets"),
                "No common field identifies installations, so the minimum of installations can't be enforced. "
                + "Add a field of type `installation` under `fields`.");
        }

        return datasets;
    }

    Dataset Read(ScalarNode name, Section section)
    {
        var counted = Events(section);
        return new Dataset
        {
            Name = name.Text,
            Title = section.Sentence("title"),
            Events = [.. counted.Select(e => e.Name.Text)],
            Columns = Columns(section, counted),
            Minimum = Minimum(section),
        };
    }

    List<ParsedEvent> Events(Section section)
    {
        var found = new List<ParsedEvent>();
        foreach (var name in section.Texts("events"))
        {
            if (events.FirstOrDefault(e => e.Name.Text == name.Text) is { } e)
                found.Add(e);
            else
            {
                diagnostics.Add(DiagnosticKind.UnknownEvent, name,
                    $"The event `{name.Shown}` is not declared."
                    + $"{SpellingHint.Suggest(name.Text, events.Select(e => e.Name.Text))} "
                    + "Declare it under `events`, or use a declared event.");
            }
        }

        if (section.Value("events") is SequenceNode { Items.Count: 0 } empty)
            diagnostics.Add(DiagnosticKind.NoValue, empty, "`events` is empty. Name at least one event.");
        return found;
    }

    List<DatasetColumn> Columns(Section section, List<ParsedEvent> counted)
    {
        var columns = new List<DatasetColumn>();
        var positions = new List<YamlNode>();
        var headings = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var unreadable = false;
        foreach (var item in section.Items("columns"))
        {
            var column = Section.Open(diagnostics, item, item, SectionKeys.Column);
            var heading = column?.Scalar("name");
            var from = column?.Scalar("from");
            if (heading is not null)
                CheckHeading(heading, headings);
            if (from is null)
            {
                unreadable = true;
                continue;
            }

            var index = Array.IndexOf(Sources, from.Text);
            var source = index < 0 ? ColumnSource.Field : (ColumnSource)index;
            var field = index < 0 ? from.Text : null;
            if (field is not null)
                CheckField(from, counted);
            if (source is not (ColumnSource.Day or ColumnSource.Occurrences)
                && columns.Any(c => c.From == source && c.Field == field))
            {
                diagnostics.Add(DiagnosticKind.DuplicateItem, from,
                    $"`{from.Shown}` is already a column of this dataset. Delete one of the two.");
            }

            columns.Add(new DatasetColumn(heading?.Text ?? "", source, field, Form(column!, source)));
            positions.Add(from);
        }

        if (!unreadable && section.Value("columns") is SequenceNode)
            CheckOrder(section, columns, positions);
        return columns;
    }

    DayForm Form(Section column, ColumnSource source)
    {
        if (source != ColumnSource.Day && column.Has("form"))
        {
            diagnostics.Add(DiagnosticKind.KeyOfOtherType, column.KeyPosition("form"),
                "`form` is a key of the column with `from: day`, not of this one. Delete it.");
            return default;
        }

        return column.Choice("form", [.. DayForms.Names]) == (int)DayForm.MonthDayYear
            ? DayForm.MonthDayYear : DayForm.YearMonthDay;
    }

    void CheckOrder(Section section, List<DatasetColumn> columns, List<YamlNode> positions)
    {
        if (columns.Count == 0 || columns[0].From != ColumnSource.Day)
        {
            diagnostics.Add(DiagnosticKind.DayFirst, columns.Count == 0 ? section.KeyPosition("columns") : positions[0],
                "The first column must be the day. Insert `- { name: Day, from: day }` as the first one.");
        }

        var counts = 0;
        for (var i = 0; i < columns.Count; i++)
        {
            if (i > 0 && columns[i].From == ColumnSource.Day)
            {
                diagnostics.Add(DiagnosticKind.DayFirst, positions[i],
                    "Only the first column can be the day. Delete this one.");
            }

            if (columns[i].From == ColumnSource.Occurrences && ++counts > 1)
            {
                diagnostics.Add(DiagnosticKind.OneCount, positions[i],
                    "Another column already has `from: occurrences`. Delete one of the two.");
            }
        }

        if (counts == 0)
        {
            diagnostics.Add(DiagnosticKind.OneCount, section.KeyPosition("columns"),
                "The dataset has no count. Add a column `- { name: Occurrences, from: occurrences }`.");
        }

        if (columns.All(c => c.From is ColumnSource.Day or ColumnSource.Occurrences))
        {
            diagnostics.Add(DiagnosticKind.NoValueColumn, section.KeyPosition("columns"),
                "The dataset has no column with values. Add one with `from: event`, `from: status` or a published "
                + "field.");
        }
    }

    void CheckHeading(ScalarNode heading, HashSet<string> headings)
    {
        if (heading.Text.Length > Grammar.MaxNameLength || !Grammar.IsLetter(heading.Text[0])
            || !Grammar.HasOnly(heading.Text, "_"))
        {
            diagnostics.Add(DiagnosticKind.BadHeading, heading,
                $"`{heading.Shown}` is not a valid heading. Use letters, digits and `_`, starting with a letter, at "
                + $"most {Grammar.MaxNameLength} characters, such as `Colour`.");
        }
        else if (!headings.Add(heading.Text))
        {
            diagnostics.Add(DiagnosticKind.DuplicateItem, heading,
                $"This dataset already has the heading `{heading.Shown}` (case is ignored). Use a different one.");
        }
    }

    void CheckField(ScalarNode from, List<ParsedEvent> counted)
    {
        var matches = counted.ConvertAll(e => common.Concat(e.Fields).FirstOrDefault(f => f.Name.Text == from.Text));
        if (matches.TrueForAll(f => f is null))
        {
            if (counted.Count == 0)
                return;
            var known = Sources.Concat(common.Concat(counted.SelectMany(e => e.Fields)).Select(f => f.Name.Text));
            diagnostics.Add(DiagnosticKind.UnknownColumn, from,
                $"No event of the dataset has a field `{from.Shown}`.{SpellingHint.Suggest(from.Text, known)} Write "
                + "`day`, `occurrences`, `event`, `status` or the name of a field.");
            return;
        }

        var without = matches.FindIndex(f => f is null);
        if (without >= 0)
        {
            diagnostics.Add(DiagnosticKind.NotCarried, from,
                $"The event `{counted[without].Name.Shown}` has no field `{from.Shown}`. "
                + "Use a field that all events of the dataset have, or remove that event from the dataset.");
        }

        if (matches.Find(f => f?.Field is not null)?.Field is { } field && FieldTypeRules.Of(field.Type).HasManyValues)
        {
            diagnostics.Add(DiagnosticKind.SetColumn, from,
                $"`{from.Shown}` is {(field.Type == FieldType.Stack ? "a list of frames" : "a set")}, which a row "
                + "can't show. Use a different field.");
        }
        else if (matches.Find(f => f?.Field is { Published: false }) is { } hidden)
        {
            diagnostics.Add(DiagnosticKind.NotPublished, from,
                $"The field `{from.Shown}` has `published: false` in line {hidden.Name.Line}. "
                + "Write `published: true` there, or use a different field.");
        }
    }

    int Minimum(Section section)
    {
        if (section.Scalar("minimum") is not { } scalar)
            return MinInstallations;
        if (Grammar.TryParseNumber(scalar.Text, out var minimum) && minimum is >= MinInstallations and <= MaxMinimum)
            return (int)minimum;
        diagnostics.Add(DiagnosticKind.BadMinimum, scalar,
            $"`{scalar.Shown}` is not a valid minimum number of installations per published row. "
            + $"Write a whole number from {MinInstallations} to {MaxMinimum}.");
        return MinInstallations;
    }
}
