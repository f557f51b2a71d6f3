// SPDX-License-Identifier: MIT
namespace Tallymark.Consent;

/// <summary>The result of saving a choice in all of its places (spec/choice.md).</summary>
/// <param name="Paths">The files that were written.</param>
/// <param name="Failures">For each other file: its path and why it could not be written.</param>
readonly record struct SavedChoice(List<string> Paths, List<string> Failures)
{
    /// <summary>
    /// Saves the same text wherever that works, and marks the receipts if it refuses more than they say. One place that
    /// fails does not prevent the others. Never throws.
    /// </summary>
    internal static SavedChoice Save(
        ToolDefinition tool, SdkEnvironment environment, bool? on, IEnumerable<string> withheld)
    {
        var saved = new SavedChoice([], []);
        var text = Choice.Text(on, withheld, environment.Now);
        foreach (var path in ChoiceFiles.Of(tool.Tool, environment).Paths)
        {
            try
            {
                if (!StateFolder.IsOurs(path))
                    throw new UnauthorizedAccessException("the folder belongs to another user");
                StateFolder.Replace(path, text);
                saved.Paths.Add(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                saved.Failures.Add(path + ": " + e.Message.TrimEnd('.'));
            }
        }

        RefusalMark.Raise(tool, environment, RefusalMark.Of(on, withheld), saved.Failures);
        return saved;
    }
}
