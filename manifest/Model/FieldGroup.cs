// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>A group of fields that events share.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fields">Its fields, in the file's order.</param>
public sealed record FieldGroup(string Name, IReadOnlyList<Field> Fields);
