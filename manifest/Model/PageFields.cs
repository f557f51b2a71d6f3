// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>The names that an event with <c>source: page</c> must use (<c>spec/page.md</c>).</summary>
public static class PageFields
{
    /// <summary>An <c>enum</c>: the id of the component in the page's source.</summary>
    public const string ComponentId = "component_id";

    /// <summary>An <c>enum</c> with values among <see cref="EventTypes"/>.</summary>
    public const string EventType = "event_type";

    /// <summary>An <c>enum</c>: the kind of component.</summary>
    public const string ComponentType = "component_type";

    /// <summary>A <c>random-id</c>, new for each render of the component.</summary>
    public const string ComponentViewId = "component_view_id";

    /// <summary>The interactions that a page can record.</summary>
    public static readonly IReadOnlyList<string> EventTypes = ["onView", "onClick", "onValueChange"];
}
