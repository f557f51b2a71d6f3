// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;

namespace Tallymark.Cli;

/// <summary><c>tallymark token</c>: access tokens for maintainers, operators and readers.</summary>
static class TokenCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Required = true,
            Recursive = true,
            Description = "The collector's data folder.",
        };
        var command = new Command(
            "token",
            "Create an access token for a maintainer. It is shown once, because only its hash is stored. `add` " +
            "creates a token with a name and a role.")
        {
            data,
        };
        command.Add(Add(data));
        command.Add(List(data));
        command.Add(Revoke(data));
        command.SetAction(result => DataFolderCommand.Run(
            "token", () => Create(result.GetRequiredValue(data), null, Role.Maintainer)));
        return command;
    }

    static Command Add(Option<string> data)
    {
        var name = new Option<string?>("--name")
        {
            Description = "The owner's name, shown in the audit log; default: token-1, token-2 and so on.",
        };
        name.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !TokenFile.IsName(result.Tokens[0].Value))
            {
                result.AddError(
                    $"--name {result.Tokens[0].Value}: use 1 to 64 characters: a-z, 0-9, - _ . @; " +
                    $"`{AuditLog.Local}` is reserved.");
            }
        });
        var role = new Option<string>("--role")
        {
            DefaultValueFactory = _ => "maintainer",
            Description =
                "reader: tools and totals. maintainer: also the live page and raw data queries, for every tool. " +
                "operator: tools, totals, status and reload, but no raw data.",
        };
        role.AcceptOnlyFromAmong("reader", "maintainer", "operator");
        var command = new Command("add", "Create a token, shown once.") { name, role };
        command.SetAction(result => DataFolderCommand.Run("token add", () => Create(
            result.GetRequiredValue(data), result.GetValue(name), Token.RoleOf(result.GetRequiredValue(role)))));
        return command;
    }

    static Command List(Option<string> data)
    {
        var json = new Option<bool>("--json") { Description = "Write the list as one JSON object." };
        var command = new Command("list", "List the tokens: name, role, time of creation.") { json };
        command.SetAction(result => DataFolderCommand.Run("token list", () =>
        {
            var tokens = new TokenFile(DataFolderCommand.OpenExisting(result.GetRequiredValue(data))).List();
            if (result.GetValue(json))
            {
                ConsoleJson.WriteObject(writer =>
                {
                    writer.WriteStartArray("tokens");
                    foreach (var token in tokens)
                    {
                        writer.WriteStartObject();
                        writer.WriteString("name", token.Name);
                        writer.WriteString("role", token.RoleName);
                        writer.WriteString("created", Created(token));
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                });
                return 0;
            }

            var table = new ConsoleTable("name", "role", "created");
            foreach (var token in tokens)
                table.Add(token.Name, token.RoleName, Created(token));
            table.Write();
            return 0;
        }));
        return command;
    }

    static Command Revoke(Option<string> data)
    {
        var name = new Argument<string>("NAME") { Description = "The token's name." };
        var command = new Command("revoke", "Revoke a token. It is invalid immediately.") { name };
        command.SetAction(result => DataFolderCommand.Run("token revoke", () =>
        {
            var folder = DataFolderCommand.OpenExisting(result.GetRequiredValue(data));
            var who = result.GetRequiredValue(name);
            var tokens = new TokenFile(folder);
            if (!tokens.Revoke(who))
            {
                var others = tokens.List().Select(token => token.Name).ToList();
                Console.Error.WriteLine(
                    $"tallymark token revoke: there is no token named {who}. " +
                    (others.Count == 0 ? "There are no tokens." : $"Tokens: {string.Join(", ", others)}."));
                return 1;
            }

            WriteAudit(folder, "token.revoke", who);
            return 0;
        }));
        return command;
    }

    static int Create(string path, string? name, Role role)
    {
        var folder = DataFolder.Open(path);
        var tokens = new TokenFile(folder);
        var token = tokens.Add(TimeProvider.System.GetUtcNow(), name, role);
        WriteAudit(folder, "token.add", $"{tokens.Find(token)?.Name} {Token.NameOf(role)}");
        Console.Out.WriteLine(token);
        return 0;
    }

    static void WriteAudit(DataFolder folder, string what, string about) =>
        new AuditLog(folder, TimeProvider.System).Write(
            new AuditEntry(AuditLog.Local, Role.Operator, what, "done") { Query = about });

    static string Created(Token token) =>
        token.Created.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
