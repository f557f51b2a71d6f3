// SPDX-License-Identifier: MIT
// What a field can carry, who fills it and other facts, as the words that every generated document uses.

namespace Tallymark.Manifests.Documents;

static class Phrase
{
    /// <summary>What the field can carry, one sentence without its values.</summary>
    public static string Carries(Field field) => field.Type switch
    {
        FieldType.Boolean => "True or false.",
        FieldType.Enum => "One of the values listed; anything else becomes `other`.",
        FieldType.EnumSet =>
            "A set of the values listed, without order or repeats; all else together becomes one `other`.",
        FieldType.Count when field.Buckets.Count > 0 =>
            "A count, rounded down to a bound: " + string.Join(", ", field.Buckets) + ".",
        FieldType.Count => "A count: a whole number.",
        FieldType.Bytes => "A size, rounded up to a power of two.",
        FieldType.Duration => "A duration in whole milliseconds.",
        FieldType.ExitCode => "An exit code from 0 to 255.",
        FieldType.Version when field.Prerelease.Count == 0 =>
            "A version: numbers and dots; anything else becomes `other`.",
        FieldType.Version =>
            $"A version: numbers and dots and maybe one of the labels {string.Join(", ", field.Prerelease)}; "
            + "anything else becomes `other`.",
        FieldType.Os when field.Part == "family" =>
            "The operating system's family: `windows`, `macos`, `linux`, `freebsd` or `other`.",
        FieldType.Os => "The operating system's version; on Linux the distribution and its version.",
        FieldType.Arch => "The processor architecture: `x64`, `x86`, `arm64`, `arm` or `other`.",
        FieldType.Runtime => field.Part switch
        {
            "name" => "The runtime's name.",
            "id" => "The runtime's platform, such as `linux-x64`.",
            _ => "The runtime's version.",
        },
        FieldType.UriScheme => "The scheme of an address if it is one of the values listed, "
            + "else `custom_scheme` or `none`; never the address.",
        FieldType.Digest when field.Salt == DigestSalt.Tool =>
            "A SHA-256 under the tool's own salt; the same everywhere, so it could be reversed by guessing.",
        FieldType.Digest => "A SHA-256 under a secret of the installation; the value itself never leaves.",
        FieldType.Machine =>
            "A SHA-256 of the hardware address under the tool's own salt; it could be reversed by guessing.",
        FieldType.Session => "A random id of the running process.",
        FieldType.Installation => "A random id of the installation, made from a secret that never leaves.",
        FieldType.RandomId => "A random id or a number that the program made.",
        FieldType.Country => "The country, or else the continent, found from a shortened address that is not kept.",
        FieldType.Environment => "Any of `agent`, `ci`, `container`, `dev`, `interactive`.",
        FieldType.Stack => "At most 20 frames of the tool's own methods, without message and path.",
        _ => "",
    };

    /// <summary>The type as the manifest writes it, with the details that change its meaning.</summary>
    public static string TypeOf(Field field)
    {
        var name = FieldTypes.NameOf(field.Type);
        if (field.Part is not null)
            return $"{name} ({field.Part})";
        return field.Type == FieldType.Digest && field.Salt == DigestSalt.Tool ? name + " (salt: tool)" : name;
    }

    public static string FilledBy(Field field) => field.Source switch
    {
        FieldSource.Program => "program",
        FieldSource.Sdk => "sdk",
        _ => "collector",
    };

    public static string Contact(ToolManifest manifest) =>
        manifest.Contact.StartsWith("mailto:", System.StringComparison.Ordinal)
            ? manifest.Contact.Substring("mailto:".Length) : manifest.Contact;

    /// <summary><c>a, b or c</c>.</summary>
    public static string Join(IReadOnlyList<string> parts, string joint) =>
        parts.Count < 2 ? string.Concat(parts)
        : parts.Count == 2 ? $"{parts[0]} {joint} {parts[1]}"
        : $"{string.Join(", ", parts.Take(parts.Count - 1))}, {joint} {parts[parts.Count - 1]}";
}
