// SPDX-License-Identifier: MIT


namespace Tallymark.Generator.Model;

/// <summary>
/// Maps a field to the member of the SDK's <c>FieldKind</c>, which also says which component sets the value.
/// </summary>
static class FieldKindNames
{
    /// <summary>The name of the <c>FieldKind</c> member.</summary>
    public static string Of(Field field) => field.Type switch
    {
        FieldType.Boolean => "Boolean",
        FieldType.Enum => "Enum",
        FieldType.EnumSet => "EnumSet",
        FieldType.Count => field.Source == FieldSource.Program ? "Count" : "Dropped",
        FieldType.Bytes => "Bytes",
        FieldType.Duration => field.Source == FieldSource.Program ? "Duration" : "OwnDuration",
        FieldType.ExitCode => "ExitCode",
        FieldType.Version => field.Source == FieldSource.Program ? "Version" : "ToolVersion",
        FieldType.Os => field.Part is "version" ? "OsVersion" : "OsFamily",
        FieldType.Arch => "Arch",
        FieldType.Runtime => field.Part switch { "name" => "RuntimeName", "id" => "RuntimeId", _ => "RuntimeVersion" },
        FieldType.UriScheme => "UriScheme",
        FieldType.Digest => "Digest",
        FieldType.Machine => "Machine",
        FieldType.Session => "Session",
        FieldType.Installation => "Installation",
        FieldType.RandomId => "RandomId",
        FieldType.Country => "Country",
        FieldType.Environment => "Environment",
        FieldType.Stack => "Stack",
        _ => throw new ArgumentOutOfRangeException(nameof(field), field.Type, null),
    };
}
