// SPDX-License-Identifier: MIT

using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace Tallymark.Cli;

/// <summary>
/// Options of <c>serve</c> that the command line does not give: from variables <c>TALLYMARK_COLLECTOR_…</c>, then
/// from the JSON file of <c>--config</c>. A member or a variable has the name of its option. They become arguments, so
/// that they are checked like these. Other commands take <c>--data</c> from there. Immutable.
/// </summary>
sealed class ConfiguredOptions
{
    /// <summary>The start of the variables' names.</summary>
    public const string Prefix = "TALLYMARK_COLLECTOR_";

    const string FileKey = "config";
    const string DataKey = "data";
    const string Serve = "serve";

    readonly Dictionary<string, string> _origins;

    ConfiguredOptions(IReadOnlyList<string> arguments, Dictionary<string, string> origins)
    {
        Arguments = arguments;
        _origins = origins;
    }

    /// <summary>No option.</summary>
    public static ConfiguredOptions None { get; } = new([], []);

    /// <summary>The options as arguments, such as <c>--rate=10</c>.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>Reads the settings for the command of a command line.</summary>
    /// <exception cref="FormatException">The file is not JSON, or a setting is not an option.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static ConfiguredOptions Read(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var isServe = command.Name == Serve;
        var options = OptionsOf(parsed).Where(option => isServe || KeyOf(option) == DataKey)
            .DistinctBy(KeyOf, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(KeyOf, StringComparer.OrdinalIgnoreCase);
        if (options.Count == 0)
            return None;
        var variables = new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build();
        var path = GivenFile(parsed, options) ?? variables[FileKey];
        var file = path is null ? null : ReadFile(path);
        if (isServe)
        {
            Check(variables, options, key => Prefix + key);
            if (file is not null)
                Check(file, options, key => $"{path}: {key}");
        }

        var arguments = new List<string>();
        var origins = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, option) in options)
        {
            if (parsed.GetResult(option) is { Implicit: false } || key == FileKey)
                continue;
            var values = ValuesOf(variables, key);
            var origin = $"from {Prefix}{key.Replace('-', '_').ToUpperInvariant()}";
            if (values.Count == 0 && file is not null)
                (values, origin) = (ValuesOf(file, key), $"from {path}");
            foreach (var value in values)
                arguments.Add($"{option.Name}={value}");
            if (values.Count > 0)
                origins[option.Name] = origin;
        }

        return new ConfiguredOptions(arguments, origins);
    }

    /// <summary>A mistake with the place of the option that it is about, if that is not the command line.</summary>
    public string WithOrigin(string mistake)
    {
        foreach (var (option, origin) in _origins)
        {
            if (mistake.Contains(option, StringComparison.Ordinal))
                return $"{mistake} ({option} is {origin}.)";
        }

        return mistake;
    }

    static IEnumerable<Option> OptionsOf(ParseResult parsed)
    {
        foreach (var option in parsed.CommandResult.Command.Options)
            yield return option;
        for (var parent = parsed.CommandResult.Parent; parent is not null; parent = parent.Parent)
        {
            foreach (var option in (parent as System.CommandLine.Parsing.CommandResult)?.Command.Options ?? [])
            {
                if (option.Recursive)
                    yield return option;
            }
        }
    }

    static string KeyOf(Option option) => option.Name.TrimStart('-');

    static string? GivenFile(ParseResult parsed, Dictionary<string, Option> options) =>
        options.TryGetValue(FileKey, out var option) && parsed.GetResult(option) is { Implicit: false } given
            && given.Tokens.Count == 1
            ? given.Tokens[0].Value
            : null;

    static IConfigurationRoot ReadFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return new ConfigurationBuilder().AddJsonStream(file).Build();
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new FormatException($"{path} is not JSON: {e.Message}", e);
        }
    }

    static void Check(IConfigurationRoot settings, Dictionary<string, Option> options, Func<string, string> place)
    {
        foreach (var setting in settings.GetChildren())
        {
            var key = setting.Key.Replace('_', '-');
            if (!options.ContainsKey(key))
                throw new FormatException($"{place(setting.Key)}: `serve` has no option --{key.ToLowerInvariant()}.");
        }
    }

    // A list is the members of an array, or variables …__0, …__1.
    static List<string> ValuesOf(IConfigurationRoot settings, string key)
    {
        foreach (var name in new[] { key, key.Replace('-', '_') })
        {
            var section = settings.GetSection(name);
            if (section.Value is { } value)
                return [value];
            var members = section.GetChildren().Select(member => member.Value).OfType<string>().ToList();
            if (members.Count > 0)
                return members;
        }

        return [];
    }
}
