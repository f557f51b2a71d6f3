// SPDX-License-Identifier: MIT
// How the values of a column are made more general, step by step, until they all read the same.

namespace Tallymark.Publish.Folding;

/// <summary>
/// The levels of one column: level 0 is the value itself, the last level is <see cref="Other"/> for every value. For
/// levels <c>i &lt;= j</c>, <c>At(At(label, i), j) == At(label, j)</c>: a label that was made general once can be made
/// more general without the value it came from. Immutable.
/// </summary>
sealed class Hierarchy
{
    /// <summary>What every value is at the last level.</summary>
    public const string Other = "other";

    /// <summary>What an event without a value shows.</summary>
    public const string None = "none";

    readonly Func<string, string> _label;
    readonly Func<string, string>[] _steps;

    Hierarchy(Func<string, string> label, params Func<string, string>[] steps)
    {
        _label = label;
        _steps = steps;
    }

    /// <summary>Value, <see cref="Other"/>.</summary>
    public static Hierarchy Flat { get; } = new(value => value);

    /// <summary><c>debian.12.5</c>, <c>debian.12</c>, <see cref="Other"/>.</summary>
    public static Hierarchy OsVersion { get; } = new(value => value, value => Numbers(value, 1));

    /// <summary><c>1.4.2-rc.1</c>, <c>1.4</c>, <c>1</c>, <see cref="Other"/>.</summary>
    public static Hierarchy Version { get; } =
        new(value => value, value => Numbers(value, 2), value => Numbers(value, 1));

    /// <summary><c>Uganda</c>, <c>Africa</c>, <see cref="Other"/>; a code that the table has not is
    /// <see cref="Other"/>.</summary>
    public static Hierarchy Country { get; } =
        new(code => Countries.NameOf(code) ?? Other, name => Countries.ContinentOf(name) ?? name);

    /// <summary>The last level.</summary>
    public int Top => _steps.Length + 1;

    /// <summary>The levels of a field's type; of <c>event</c> and <c>status</c> (no field) they are flat.</summary>
    public static Hierarchy For(Field? field) => field switch
    {
        { Type: FieldType.Version } => Version,
        { Type: FieldType.Os, Part: "version" } => OsVersion,
        { Type: FieldType.Country } => Country,
        _ => Flat,
    };

    /// <summary>The label at level 0 of a stored value.</summary>
    public string LabelOf(string? value) => value is null ? None : _label(value);

    /// <summary>A label as it reads at a level not below its own.</summary>
    public string At(string label, int level)
    {
        if (level >= Top)
            return Other;
        return level == 0 ? label : _steps[level - 1](label);
    }

    /// <summary>The most detailed label that two labels share.</summary>
    public string Join(string a, string b)
    {
        var level = 0;
        while (!string.Equals(At(a, level), At(b, level), StringComparison.Ordinal))
            level++;
        return At(a, level);
    }

    // The part up to the given count of numbers: words before the first number stay (debian.12.5 and 1 give debian.12),
    // a pre-release goes. A value with no number stays as it is.
    static string Numbers(string value, int count)
    {
        var start = 0;
        while (start < value.Length)
        {
            var length = value.AsSpan(start).IndexOfAny('.', '-');
            var end = length < 0 ? value.Length : start + length;
            var number = end > start && char.IsAsciiDigit(value[start]);
            if (number && (--count == 0 || end == value.Length || value[end] == '-'))
                return value[..end];
            start = end + 1;
        }

        return value;
    }
}
