// SPDX-License-Identifier: MIT

using System.Numerics;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// The rule of one field: what its type may carry (spec/manifest.md, the table of types). Made once from the manifest.
/// Immutable. Thread-safe.
/// </summary>
abstract class FieldRule
{
    /// <summary>Appends a value to the field's column if the type allows it.</summary>
    /// <returns>False: it does not. The column may hold a part of the value, which the caller removes.</returns>
    public abstract bool TryAppend(scoped in FieldValue value, ColumnBuffer column);

    public static FieldRule Of(Field field) => field.Type switch
    {
        FieldType.Boolean => new BooleanRule(),
        FieldType.Enum => new ListedRule([.. field.Values, "other"]),
        FieldType.EnumSet => new SetRule([.. field.Values, "other"]),
        FieldType.Count when field.Buckets.Count > 0 => new BucketRule(field.Buckets),
        FieldType.Count => new RangeRule(1L << 53),
        FieldType.Bytes => new SizeRule(),
        FieldType.Duration => new RangeRule(1L << 53),
        FieldType.ExitCode => new RangeRule(255),
        FieldType.Version => new VersionRule(field.Prerelease, isFromProgram: field.Source == FieldSource.Program),
        FieldType.Os when IsPart(field, "version") => new SystemVersionRule(),
        FieldType.Os => new ListedRule(PlatformValues.Families),
        FieldType.Arch => new ListedRule(PlatformValues.Architectures),
        FieldType.Runtime when IsPart(field, "name") => new ListedRule(PlatformValues.Runtimes),
        FieldType.Runtime when IsPart(field, "id") => new ListedRule(PlatformValues.RuntimeIds),
        FieldType.Runtime => new VersionRule(PlatformValues.RuntimeLabels, isFromProgram: false),
        FieldType.UriScheme => new ListedRule([.. field.Values, "custom_scheme", "none"]),
        FieldType.Digest or FieldType.Machine or FieldType.Installation => new DigestRule(),
        FieldType.Session => new UuidRule(),
        FieldType.RandomId => new RandomIdRule(),
        FieldType.Country => new CollectorOnlyRule(),
        FieldType.Environment => new SetRule(PlatformValues.Environments),
        FieldType.Stack => new StackRule(),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field.Type, null),
    };

    static bool IsPart(Field field, string part) => string.Equals(field.Part, part, StringComparison.Ordinal);

    sealed class BooleanRule : FieldRule
    {
        public override bool TryAppend(scoped in FieldValue value, ColumnBuffer column)
        {
            if (value.Kind != FieldKind.Boolean)
                return false;
            column.Append(value.Number);
            return true;
        }
    }

    /// <summary>Whole numbers from 0.</summary>
    abstract class NumberRule : FieldRule
    {
        public override bool TryAppend(scoped in FieldValue value, ColumnBuffer column)
        {
            if (value.Kind != FieldKind.Integer || value.Number < 0 || !Allows(value.Number))
                return false;
            column.Append(value.Number);
            return true;
        }

        protected abstract bool Allows(long value);
    }

    sealed class RangeRule(long max) : NumberRule
    {
        protected override bool Allows(long value) => value <= max;
    }

    sealed class BucketRule(IReadOnlyList<long> bounds) : NumberRule
    {
        readonly long[] _bounds = [.. bounds];

        protected override bool Allows(long value) => Array.BinarySearch(_bounds, value) >= 0;
    }

    sealed class SizeRule : NumberRule
    {
        protected override bool Allows(long value) => value == 0 || (value <= 1L << 62 && BitOperations.IsPow2(value));
    }

    abstract class TextRule : FieldRule
    {
        public override bool TryAppend(scoped in FieldValue value, ColumnBuffer column)
        {
            if (value.Kind != FieldKind.Text || !Allows(value.Text))
                return false;
            column.Append(value.Text);
            return true;
        }

        protected abstract bool Allows(ReadOnlySpan<byte> text);
    }

    sealed class ListedRule(IReadOnlyList<string> values) : TextRule
    {
        readonly Utf8Names _values = new(values);

        protected override bool Allows(ReadOnlySpan<byte> text) => _values.Find(text) >= 0;
    }

    sealed class VersionRule(IReadOnlyList<string> labels, bool isFromProgram) : TextRule
    {
        readonly Utf8Names _labels = new(labels);

        protected override bool Allows(ReadOnlySpan<byte> text) =>
            VersionText.IsVersion(text, _labels) && !(isFromProgram && VersionText.IsAddress(text));
    }

    sealed class SystemVersionRule : TextRule
    {
        protected override bool Allows(ReadOnlySpan<byte> text) =>
            VersionText.IsSystemVersion(text, PlatformValues.Distributions);
    }

    sealed class DigestRule : TextRule
    {
        protected override bool Allows(ReadOnlySpan<byte> text) =>
            text.Length == 64 && text.IndexOfAnyExcept(AsciiText.LowerHex) < 0;
    }

    sealed class RandomIdRule : TextRule
    {
        protected override bool Allows(ReadOnlySpan<byte> text) => AsciiText.TryUuid(text, out _)
            || (text.Length is >= 1 and <= 19 && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0);
    }

    sealed class UuidRule : FieldRule
    {
        public override bool TryAppend(scoped in FieldValue value, ColumnBuffer column)
        {
            if (value.Kind != FieldKind.Text || !AsciiText.TryUuid(value.Text, out var uuid))
                return false;
            column.Append(uuid);
            return true;
        }
    }

    /// <summary>Accepts no value from a client: only the collector says a country.</summary>
    sealed class CollectorOnlyRule : FieldRule
    {
        public override bool TryAppend(scoped in FieldValue value, ColumnBuffer column) => false;
    }

    /// <summary>
    /// Values of a list, sorted by their bytes, each once. A set is therefore never longer than its list.
    /// </summary>
    sealed class SetRule(IReadOnlyList<string> values) : FieldRule
    {
        readonly Utf8Names _values = new(values);

        public override bool TryAppend(scoped in FieldValue value, ColumnBuffer column)
        {
            if (value.Kind != FieldKind.List)
                return false;
            var last = -1;
            for (var i = 0; i < value.Count; i++)
            {
                var index = _values.Find(value[i]);
                if (index <= last)
                    return false;
                column.AddText(_values[index]);
                last = index;
            }

            column.EndSet();
            return true;
        }
    }

    sealed class StackRule : FieldRule
    {
        const int MaxFrames = 20;

        public override bool TryAppend(scoped in FieldValue value, ColumnBuffer column)
        {
            if (value.Kind != FieldKind.List || value.Count > MaxFrames)
                return false;
            for (var i = 0; i < value.Count; i++)
            {
                if (!VersionText.IsFrame(value[i]))
                    return false;
                column.AddText(value[i]);
            }

            column.EndSet();
            return true;
        }
    }
}
