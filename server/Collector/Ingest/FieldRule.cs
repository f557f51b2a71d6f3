// SPDX-License-Identifier: MIT
// What each type of field may carry (the table of spec/manifest.md), checked on the bytes as they came.

using System.Numerics;
using System.Text.Json;

namespace Tallymark.Collector.Ingest;

/// <summary>The rule of one field, made once from its manifest. Immutable, safe for any thread.</summary>
abstract class FieldRule
{
    /// <summary>Appends the value that the reader stands at, if the type allows it.</summary>
    /// <returns>False: it does not; the column may hold a part of it, which the caller takes back.</returns>
    public abstract bool TryRead(ref Utf8JsonReader json, ColumnBuffer column);

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
        FieldType.Version => new VersionRule(field.Prerelease, given: field.Source == FieldSource.Program),
        FieldType.Os when IsPart(field, "version") => new SystemVersionRule(),
        FieldType.Os => new ListedRule(Platforms.Families),
        FieldType.Arch => new ListedRule(Platforms.Architectures),
        FieldType.Runtime when IsPart(field, "name") => new ListedRule(Platforms.Runtimes),
        FieldType.Runtime when IsPart(field, "id") => new ListedRule(Platforms.RuntimeIds),
        FieldType.Runtime => new VersionRule(Platforms.RuntimeLabels, given: false),
        FieldType.UriScheme => new ListedRule([.. field.Values, "custom_scheme", "none"]),
        FieldType.Digest or FieldType.Machine or FieldType.Installation => new DigestRule(),
        FieldType.Session => new UuidRule(),
        FieldType.RandomId => new RandomIdRule(),
        FieldType.Country => new NothingRule(),
        FieldType.Environment => new SetRule(Platforms.Environments),
        FieldType.Stack => new StackRule(),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field.Type, null),
    };

    static bool IsPart(Field field, string part) => string.Equals(field.Part, part, StringComparison.Ordinal);

    sealed class BooleanRule : FieldRule
    {
        public override bool TryRead(ref Utf8JsonReader json, ColumnBuffer column)
        {
            if (json.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                return false;
            column.Append(json.TokenType == JsonTokenType.True ? 1 : 0);
            return true;
        }
    }

    /// <summary>Whole numbers in their plain form: no sign, no fraction, no exponent.</summary>
    abstract class NumberRule : FieldRule
    {
        public override bool TryRead(ref Utf8JsonReader json, ColumnBuffer column)
        {
            if (json.TokenType != JsonTokenType.Number || json.ValueSpan[0] == '-' || !json.TryGetInt64(out var value)
                || !Allows(value))
            {
                return false;
            }

            column.Append(value);
            return true;
        }

        protected abstract bool Allows(long value);
    }

    sealed class RangeRule(long largest) : NumberRule
    {
        protected override bool Allows(long value) => value <= largest;
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
        public override bool TryRead(ref Utf8JsonReader json, ColumnBuffer column)
        {
            if (json.TokenType != JsonTokenType.String || !Allows(json.ValueSpan))
                return false;
            column.Append(json.ValueSpan);
            return true;
        }

        protected abstract bool Allows(ReadOnlySpan<byte> text);
    }

    sealed class ListedRule(IReadOnlyList<string> values) : TextRule
    {
        readonly Utf8Names _values = new(values);

        protected override bool Allows(ReadOnlySpan<byte> text) => _values.Find(text) >= 0;
    }

    sealed class VersionRule(IReadOnlyList<string> labels, bool given) : TextRule
    {
        readonly Utf8Names _labels = new(labels);

        protected override bool Allows(ReadOnlySpan<byte> text) =>
            VersionText.IsVersion(text, _labels) && !(given && VersionText.IsAddress(text));
    }

    sealed class SystemVersionRule : TextRule
    {
        protected override bool Allows(ReadOnlySpan<byte> text) =>
            VersionText.IsSystemVersion(text, Platforms.Distributions);
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
        public override bool TryRead(ref Utf8JsonReader json, ColumnBuffer column)
        {
            if (json.TokenType != JsonTokenType.String || !AsciiText.TryUuid(json.ValueSpan, out var value))
                return false;
            column.Append(value);
            return true;
        }
    }

    /// <summary>A country comes from the collector alone.</summary>
    sealed class NothingRule : FieldRule
    {
        public override bool TryRead(ref Utf8JsonReader json, ColumnBuffer column) => false;
    }

    /// <summary>Values of a list by their bytes, each once: so a set is never longer than its list.</summary>
    sealed class SetRule(IReadOnlyList<string> values) : FieldRule
    {
        readonly Utf8Names _values = new(values);

        public override bool TryRead(ref Utf8JsonReader json, ColumnBuffer column)
        {
            if (json.TokenType != JsonTokenType.StartArray)
                return false;
            var last = -1;
            while (json.Read() && json.TokenType == JsonTokenType.String)
            {
                var place = _values.Find(json.ValueSpan);
                if (place <= last)
                    return false;
                column.AddText(_values[place]);
                last = place;
            }

            if (json.TokenType != JsonTokenType.EndArray)
                return false;
            column.EndSet();
            return true;
        }
    }

    sealed class StackRule : FieldRule
    {
        const int MostFrames = 20;

        public override bool TryRead(ref Utf8JsonReader json, ColumnBuffer column)
        {
            if (json.TokenType != JsonTokenType.StartArray)
                return false;
            var frames = 0;
            while (json.Read() && json.TokenType == JsonTokenType.String)
            {
                if (++frames > MostFrames || !VersionText.IsFrame(json.ValueSpan))
                    return false;
                column.AddText(json.ValueSpan);
            }

            if (json.TokenType != JsonTokenType.EndArray)
                return false;
            column.EndSet();
            return true;
        }
    }
}
