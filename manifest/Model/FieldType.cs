// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>The closed set of types. There is no type for free text.</summary>
public enum FieldType
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>One value of a list; any other becomes <c>other</c>.</summary>
    Enum,

    /// <summary>A set of such values, sorted, without repeats.</summary>
    EnumSet,

    /// <summary>An integer from 0 up, exact or as the lower bound of its bucket.</summary>
    Count,

    /// <summary>The power of two at or above a size in bytes.</summary>
    Bytes,

    /// <summary>Whole milliseconds from a monotonic clock.</summary>
    Duration,

    /// <summary>An integer from 0 to 255.</summary>
    ExitCode,

    /// <summary>Numbers, dots and a pre-release label from a list.</summary>
    Version,

    /// <summary>The operating system's family or version.</summary>
    Os,

    /// <summary>The processor architecture of the process.</summary>
    Arch,

    /// <summary>The runtime's name, version or platform id.</summary>
    Runtime,

    /// <summary>A scheme of a list, <c>custom_scheme</c>, or none.</summary>
    UriScheme,

    /// <summary>The salted SHA-256 of a value that never leaves the machine.</summary>
    Digest,

    /// <summary>A <see cref="Digest"/> of the hardware address, salted with the tool's name.</summary>
    Machine,

    /// <summary>A random UUID of the process.</summary>
    Session,

    /// <summary>A SHA-256 derived from a random secret of the installation.</summary>
    Installation,

    /// <summary>A UUID or an integer of at most 19 digits that the program generated; never published.</summary>
    RandomId,

    /// <summary>Country or continent, derived by the collector from a truncated address.</summary>
    Country,

    /// <summary>The environment in which the tool runs: interactive, ci, container, agent, dev.</summary>
    Environment,

    /// <summary>Frames of the tool's own methods, without message or path.</summary>
    Stack,
}

/// <summary>The names of the types in a manifest.</summary>
public static class FieldTypes
{
    /// <summary>Each type with its name in a manifest, in the order of the documentation.</summary>
    public static IReadOnlyList<(string Name, FieldType Type)> All { get; } =
    [
        ("boolean", FieldType.Boolean), ("enum", FieldType.Enum), ("enum-set", FieldType.EnumSet),
        ("count", FieldType.Count), ("bytes", FieldType.Bytes), ("duration", FieldType.Duration),
        ("exit-code", FieldType.ExitCode), ("version", FieldType.Version), ("os", FieldType.Os),
        ("arch", FieldType.Arch), ("runtime", FieldType.Runtime), ("uri-scheme", FieldType.UriScheme),
        ("digest", FieldType.Digest), ("machine", FieldType.Machine), ("session", FieldType.Session),
        ("installation", FieldType.Installation), ("random-id", FieldType.RandomId), ("country", FieldType.Country),
        ("environment", FieldType.Environment), ("stack", FieldType.Stack),
    ];

    /// <summary>The type's name in a manifest.</summary>
    public static string NameOf(FieldType type)
    {
        foreach (var (name, t) in All)
        {
            if (t == type)
                return name;
        }

        throw new ArgumentOutOfRangeException(nameof(type), type, null);
    }
}
