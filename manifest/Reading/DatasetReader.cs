// SPDX-License-Identifier: MIT
// Datasets: columns over events, each held against the fields that those events carry.

namespace Tallymark.Manifests.Reading;

sealed class DatasetReader(Findings findings, IReadOnlyList<ReadField> common, IReadOnlyList<ReadEvent> events)
{
    const int LeastMinimum = 20;

    static readonly string[] Sources = ["day", "occurrences", "event", "status"];

    public List<Dataset> Read(Section manifest)
    {
        var entries = manifest.Named("datasets");
        var datasets = new List<Dataset>();
        foreach (var entry in entries)
        {
            Names.Check(findings, entry.Key, "a dataset", '-');
            if (Section.Open(findings, entry.Value, entry.Key, Keys.Dataset) is { } section)
                datasets.Add(Read(entry.Key, section));
        }

        if (entries.Count > 0
            && common.All(f => f.Field is { Type: not (FieldType.Installation or FieldType.Machine) }))
        {
            findings.Add(Rule.NoInstallation, manifest.KeyPlace("datasets"),
                "No common field tells installations apart, so no threshold could be held. "
                + "Write a field of type `installation` under `fields`.");
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

    List<ReadEvent> Events(Section section)
    {
        var found = new List<ReadEvent>();
        foreach (var name in section.Texts("events"))
        {
            if (events.FirstOrDefault(e => e.Name.Text == name.Text) is { } e)
                found.Add(e);
            else
            {
                findings.Add(Rule.UnknownEvent, name,
                    "There is no event "
                    + $"`{name.Shown}`.{Spelling.Suggest(name.Text, events.Select(e => e.Name.Text))} Events stand "
                    + "under `events`.");
            }
        }

        if (section.Value("events") is SequenceNode { Items.Count: 0 } empty)
            findings.Add(Rule.NoValue, empty, "`events` is empty. Name at least one event.");
        return found;
    }

    List<DatasetColumn> Columns(Section section, List<ReadEvent> counted)
    {
        var columns = new List<DatasetColumn>();
        var places = new List<YamlNode>();
        var headings = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var unreadable = false;
        foreach (var item in section.Items("columns"))
        {
            var column = Section.Open(findings, item, item, Keys.Column);
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
                findings.Add(Rule.Twice, from, $"`{from.Shown}` is already a column. Delete it here.");
            columns.Add(new DatasetColumn(heading?.Text ?? "", source, field));
            places.Add(from);
        }

        if (!unreadable && section.Value("columns") is SequenceNode)
            CheckOrder(section, columns, places);
        return columns;
    }

    void CheckOrder(Section section, List<DatasetColumn> columns, List<YamlNode> places)
    {
        if (columns.Count == 0 || columns[0].From != ColumnSource.Day)
        {
            findings.Add(Rule.DayFirst, columns.Count == 0 ? section.KeyPlace("columns") : places[0],
                "The first column has to be the day. Write `- { name: Day, from: day }` before it.");
        }

        var counts = 0;
        for (var i = 0; i < columns.Count; i++)
        {
            if (i > 0 && columns[i].From == ColumnSource.Day)
                findings.Add(Rule.DayFirst, places[i], "The day is a column once, the first. Delete it here.");
            if (columns[i].From == ColumnSource.Occurrences && ++counts > 1)
            {
                findings.Add(Rule.OneCount, places[i],
                    "There is already a column with `from: occurrences`. Delete it here.");
            }
        }

        if (counts == 0)
        {
            findings.Add(Rule.OneCount, section.KeyPlace("columns"),
                "Nothing is counted. Write a column `- { name: Occurrences, from: occurrences }`.");
        }

        if (columns.All(c => c.From is ColumnSource.Day or ColumnSource.Occurrences))
        {
            findings.Add(Rule.NoValueColumn, section.KeyPlace("columns"),
                "There is no column with values. Write one with `from: event`, `from: status` or a published field.");
        }
    }

    void CheckHeading(ScalarNode heading, HashSet<string> headings)
    {
        if (heading.Text.Length > Words.MaxName || !Words.IsLetter(heading.Text[0]) || !Words.IsAll(heading.Text, "_"))
        {
            findings.Add(Rule.BadHeading, heading,
                $"`{heading.Shown}` can't be a heading. Write letters, digits and `_`, a letter first, at most "
                + $"{Words.MaxName}, such as `Colour`.");
        }
        else if (!headings.Add(heading.Text))
        {
            findings.Add(Rule.Twice, heading,
                $"The heading `{heading.Shown}` is already there (capitals don't count). Write another one.");
        }
    }

    void CheckField(ScalarNode from, List<ReadEvent> counted)
    {
        var carried = counted.ConvertAll(e => common.Concat(e.Fields).FirstOrDefault(f => f.Name.Text == from.Text));
        if (carried.TrueForAll(f => f is null))
        {
            if (counted.Count == 0)
                return;
            var known = Sources.Concat(common.Concat(counted.SelectMany(e => e.Fields)).Select(f => f.Name.Text));
            findings.Add(Rule.UnknownColumn, from,
                $"None of the dataset's events has a field `{from.Shown}`.{Spelling.Suggest(from.Text, known)} Write "
                + "`day`, `occurrences`, `event`, `status` or a field.");
            return;
        }

        var lacking = carried.FindIndex(f => f is null);
        if (lacking >= 0)
        {
            findings.Add(Rule.NotCarried, from,
                $"The event `{counted[lacking].Name.Shown}` has no field `{from.Shown}`. "
                + "Take a field that all events of the dataset have, or take the event out.");
        }

        if (carried.Find(f => f?.Field is not null)?.Field is { } field && TypeRule.Of(field.Type).IsMany)
        {
            findings.Add(Rule.SetColumn, from,
                $"`{from.Shown}` is {(field.Type == FieldType.Stack ? "a list of frames" : "a set")}, which a row "
                + "can't show. Take another field.");
        }
        else if (carried.Find(f => f?.Field is { Published: false }) is { } hidden)
        {
            findings.Add(Rule.NotPublished, from,
                $"`{from.Shown}` says `published: false` in line {hidden.Name.Line}. "
                + "Write `published: true` there, or take another field.");
        }
    }

    int Minimum(Section section)
    {
        if (section.Scalar("minimum") is not { } scalar)
            return LeastMinimum;
        if (Words.TryNumber(scalar.Text, out var minimum) && minimum is >= LeastMinimum and <= 1_000_000)
            return (int)minimum;
        findings.Add(Rule.BadMinimum, scalar,
            $"`{scalar.Shown}` is not allowed. Write a whole number from {LeastMinimum} up: the fewest installations "
            + "behind a published row.");
        return LeastMinimum;
    }
}
