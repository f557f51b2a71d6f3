// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// Makes values of fields as JSON: some that their type allows, and some that only look so. Stateless.
/// </summary>
static class Values
{
    static readonly string[] Tricky =
    [
        "null", "true", "false", "0", "-0", "-1", "1.0", "1e3", "00", "NaN", "Infinity", "9007199254740992",
        "9007199254740993", "255", "256",
        "4611686018427387904", "9223372036854775807", "9223372036854775808", "99999999999999999999999", "1E400", "3",
        "10", "101",
        "\"\"", "\"other\"", "\"Other\"", "\"none\"", "\"a\"", "\" \"", "[]", "{}", "[[]]", "[[[[]]]]", "[1]", "[null]",
        "{\"a\":1}", "{\"a\":{\"b\":1}}",
        "[\"other\",\"other\"]", "[\"zebra\",\"--all\"]", "[\"ci\",\"agent\"]", "[\"dev\"]", "\"dev\"", "[\"a\",]",
        "[,]", "[\"a\" \"b\"]",
        "\"1.2.3.4\"", "\"1.2.3.4-rc.1\"", "\"1.2.3.0\"", "\"1.2.3.4.5\"", "\"1..2\"", "\"1.2-rc\"", "\"1.2-rc.1.2\"",
        "\"1.2-dev\"", "\"1234567890\"",
        "\"debian.12\"", "\"debian.\"", "\"opensuse-leap.15.6\"", "\"acme.1\"", "\"linux-musl-x64\"", "\"linux-other\"",
        "\"/home/ada\"",
        "\"r\\u0065d\"", "\"r\u00e9d\"", "\"re\\\\d\"", "\"a\tb\"", "\"a\0b\"", "'red'", "red", "\"red", "[\"A.B:1\"]",
        "[\"A.B:\"]", "[\"A B:1\"]",
        "\"45E27512-43e8-4c7e-87ac-a6ac25d75a0d\"", "\"{45e27512-43e8-4c7e-87ac-a6ac25d75a0d}\"",
        "\"01234567890123456789\"", "\"0\"",
    ];

    static readonly string[] Families = ["windows", "macos", "linux", "freebsd", "other"];
    static readonly string[] Environments = ["agent", "ci", "container", "dev", "interactive"];

    public static string Any(Random random) => Tricky[random.Next(Tricky.Length)];

    /// <summary>A value that the field's type allows.</summary>
    public static string Good(Field field, Corpus corpus, Random random) => field.Type switch
    {
        FieldType.Boolean => random.Next(2) == 0 ? "true" : "false",
        FieldType.Enum => Text(Or(field.Values, "other", random)),
        FieldType.EnumSet => Set([.. field.Values, "other"], random, 6),
        FieldType.Count when field.Buckets.Count > 0 => Number(field.Buckets[random.Next(field.Buckets.Count)]),
        FieldType.Count or FieldType.Duration =>
            Number(random.Next(4) == 0 ? random.NextInt64((1L << 53) + 1) : random.Next(100_000)),
        FieldType.Bytes => Number(random.Next(8) == 0 ? 0 : 1L << random.Next(63)),
        FieldType.ExitCode => Number(random.Next(256)),
        FieldType.Version => Text(Version(field.Prerelease, random)),
        FieldType.Os when field.Part == "version" => Text(System(corpus, random)),
        FieldType.Os => Text(Families[random.Next(Families.Length)]),
        FieldType.Arch => Text(Pick(random, "x64", "x86", "arm64", "arm", "other")),
        FieldType.Runtime when field.Part == "name" =>
            Text(Pick(random, "dotnet", "browser", "node", "python", "other")),
        FieldType.Runtime when field.Part == "id" =>
            Text(Pick(random, "linux-x64", "win-arm64", "osx-arm64", "linux-bionic-arm", "freebsd-x86", "other")),
        FieldType.Runtime => Text(Version(["alpha", "beta", "preview", "rc"], random)),
        FieldType.UriScheme => Text(Or([.. field.Values, "none"], "custom_scheme", random)),
        FieldType.Digest or FieldType.Machine or FieldType.Installation => Text(Hex(random, 64)),
        FieldType.Session => Text(Uuid(random).ToString()),
        FieldType.RandomId => Text(random.Next(2) == 0 ? Uuid(random).ToString() : Digits(random, random.Next(1, 20))),
        FieldType.Country => Text("UG"), // never allowed, but a client may try it
        FieldType.Environment =>
            random.Next(12) > 0
            ? Set([.. Environments.Where(e => e != "dev")], random, 3) : Set(Environments, random, 4),
        FieldType.Stack => Stack(random),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field.Type, null),
    };

    public static Guid Uuid(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    public static string Hex(Random random, int digits) =>
        string.Concat(Enumerable.Range(0, digits).Select(_ => "0123456789abcdef"[random.Next(16)]));

    static string Digits(Random random, int digits) =>
        string.Concat(Enumerable.Range(0, digits).Select(_ => (char)('0' + random.Next(10))));

    static string Version(IReadOnlyList<string> labels, Random random)
    {
        if (random.Next(12) == 0)
            return "other";
        var text = string.Join('.', Enumerable.Range(0, random.Next(1, 5))
            .Select(_ => Number(random.Next(random.Next(3) == 0 ? 999_999_999 : 300))));
        if (labels.Count == 0 || random.Next(3) > 0)
            return text;
        var label = labels[random.Next(labels.Count)];
        return $"{text}-{label}{(random.Next(2) == 0 ? "" : "." + Number(random.Next(100)))}";
    }

    static string System(Corpus corpus, Random random) => random.Next(4) switch
    {
        0 => Version([], random),
        1 => "other",
        2 => corpus.Distributions[random.Next(corpus.Distributions.Count)],
        _ => string.Join('.', corpus.Distributions[random.Next(corpus.Distributions.Count)],
            Number(random.Next(30)), Number(random.Next(30))),
    };

    static string Set(IReadOnlyList<string> values, Random random, int max)
    {
        var chosen = new SortedSet<string>(StringComparer.Ordinal);
        for (var count = random.Next(max + 1); count > 0; count--)
            chosen.Add(values[random.Next(values.Count)]);
        return $"[{string.Join(',', chosen.Select(Text))}]";
    }

    static string Stack(Random random) =>
        $"[{string.Join(',', Enumerable.Range(0, random.Next(22)).Select(_ => Text(Frame(random))))}]";

    static string Frame(Random random) => random.Next(6) == 0
        ? "other"
        : $"Tool.{new string('T', random.Next(random.Next(10) == 0 ? 250 : 20))}.<Run>$:{Number(random.Next(5000))}";

    static string Or(IReadOnlyList<string> values, string other, Random random) =>
        random.Next(8) == 0 ? other : values[random.Next(values.Count)];

    static string Pick(Random random, params string[] values) => values[random.Next(values.Length)];

    static string Text(string text) => $"\"{text}\"";

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
