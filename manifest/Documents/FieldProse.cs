// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Documents;

/// <summary>Describes a field in the words that every generated document uses.</summary>
static class FieldProse
{
    /// <summary>The data that the field can carry, in one sentence, without its list of values.</summary>
    public static string Carries(Field field) => field.Type switch
    {
        FieldType.Boolean => "True or false.",
        FieldType.Enum => "One of the values listed; anything else becomes `other`.",
        FieldType.EnumSet =>
            "A set of the values listed, sorted and without repeats; all other values together become one `other`.",
        FieldType.Count when field.Buckets.Count > 0 =>
            "A count, rounded down to a bound: " + string.Join(", ", field.Buckets) + ".",
        FieldType.Count => "A count: a whole number.",
        FieldType.Bytes => "A size, rounded up to a power of two.",
        FieldType.Duration => "A duration in whole milliseconds.",
        FieldType.ExitCode => "An exit code from 0 to 255.",
        FieldType.Version when field.Prerelease.Count == 0 =>
            "A version: numbers and dots; anything else becomes `other`.",
        FieldType.Version =>
            $"A version: numbers and dots, optionally with one of the labels {string.Join(", ", field.Prerelease)}; "
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
        FieldType.UriScheme => "The scheme of a URI if it is one of the values listed, "
            + "else `custom_scheme` or `none`; never the URI itself.",
        FieldType.Digest when field.Salt == DigestSalt.Tool =>
            "A SHA-256 with the tool's own salt, the same in every installation; guessing the value could reverse it.",
        FieldType.Digest => "A SHA-256 with a secret salt of the installation; the value itself never leaves the "
            + "machine.",
        FieldType.Machine =>
            "A SHA-256 of the hardware address with the tool's own salt; guessing the address could reverse it.",
        FieldType.Session => "A random id of the running process.",
        FieldType.Installation => "A random id of the installation, derived from a secret that never leaves the "
            + "machine.",
        FieldType.RandomId => "A random id or a number that the program generated.",
        FieldType.Country => "The country, or else the continent, derived from a truncated IP address that is not "
            + "stored.",
        FieldType.Environment => "Any of `agent`, `ci`, `container`, `dev`, `interactive`.",
        FieldType.Stack => "At most 20 stack frames of the tool's own methods, without message and path.",
        _ => "",
    };

    /// <summary>The type's name in a manifest, with the details that change its meaning.</summary>
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
}
